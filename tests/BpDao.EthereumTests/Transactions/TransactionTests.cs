using System.Collections;
using BpDao.Node.Commands;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Transactions;

/// <summary>The official transaction tests, all of them, through the command.</summary>
public sealed class TransactionTests
{
    private const string Archive = "transactions.zip";

    [FixtureFact(Archive)]
    public async Task Every_official_transaction_test_passes()
    {
        StringWriter output = new(), error = new();
        CommandConsole console = new(output, error, TextReader.Null, IsTerminal: false, new Hashtable());
        int code = await CommandTable.RunAsync(["txtest", Path.Combine(Fixtures.Folder!, Archive)], console, CancellationToken.None);
        Assert.Equal((0, "2298 passed, 0 failed, 0 skipped\n", ""), (code, output.ToString(), error.ToString()));
    }
}
