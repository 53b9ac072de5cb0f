using BpDao.Evm;
using Xunit;

namespace BpDao.Evm.Tests.Interpreter;

public sealed class CodeInfoTests
{
    /// <summary>A frame holds nothing but the pointer: a map of its own would be collected under it.</summary>
    [Fact]
    public async Task Threads_that_ask_at_once_get_the_one_map_that_the_code_keeps_alive()
    {
        const int Threads = 4;
        byte[] code = new byte[20_000];
        Array.Fill(code, (byte)0x5b);
        for (int round = 0; round < 50; round++)
        {
            CodeInfo info = new(code);
            using Barrier together = new(Threads);
            nint[] maps = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    return AddressOfMap(info);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            Assert.All(maps, map => Assert.Equal(AddressOfMap(info), map));
        }
    }

    private static unsafe nint AddressOfMap(CodeInfo info) => (nint)info.JumpMap;
}
