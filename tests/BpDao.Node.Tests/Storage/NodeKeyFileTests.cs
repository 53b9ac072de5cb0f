using BpDao.Crypto;
using BpDao.Node.Storage;
using Xunit;

namespace BpDao.Node.Tests.Storage;

public sealed class NodeKeyFileTests : IDisposable
{
    private readonly DataDirectory _data = DataDirectory.Open("");

    public void Dispose() => _data.Dispose();

    [Fact]
    public void The_key_is_made_once_and_read_again()
    {
        using PrivateKey made = NodeKeyFile.Open("", _data), read = NodeKeyFile.Open("", _data);

        Assert.Equal(made.PublicKey, read.PublicKey);
        Assert.Equal(64, File.ReadAllText(_data.Combine("nodekey")).Length);
    }

    [Fact]
    public void Only_the_owner_reads_it()
    {
        if (OperatingSystem.IsWindows()) return;
        NodeKeyFile.Open("", _data).Dispose();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_data.Combine("nodekey")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public void A_file_that_holds_no_key_is_refused_in_one_line(string content)
    {
        string file = _data.Combine("other");
        File.WriteAllText(file, content);

        OperatorFault fault = Assert.Throws<OperatorFault>(() => NodeKeyFile.Open(file, _data));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }
}
