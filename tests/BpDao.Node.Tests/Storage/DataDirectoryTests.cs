using BpDao.Node.Storage;
using Xunit;

namespace BpDao.Node.Tests.Storage;

public sealed class DataDirectoryTests
{
    [Fact]
    public void Without_a_path_it_is_temporary_and_gone_afterwards()
    {
        string path;
        using (DataDirectory data = DataDirectory.Open(""))
        {
            path = data.Path;
            File.WriteAllText(data.Combine("file"), "x");
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void Belongs_to_one_user_at_a_time()
    {
        string path = Directory.CreateTempSubdirectory().FullName;
        using (DataDirectory.Open(path))
        {
            OperatorFault fault = Assert.Throws<OperatorFault>(() => DataDirectory.Open(path));
            Assert.Equal($"data directory '{path}' is in use by another process", fault.Message);
        }

        DataDirectory.Open(path).Dispose();
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public void A_file_is_no_directory()
    {
        string file = Path.GetTempFileName();

        OperatorFault fault = Assert.Throws<OperatorFault>(() => DataDirectory.Open(file));

        Assert.StartsWith($"data directory '{file}' cannot be used: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        File.Delete(file);
    }
}
