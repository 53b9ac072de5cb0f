using System.Collections;
using BpDao.Node.Commands;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.Genesis;

/// <summary><c>bpdao genesis convert</c>: what it writes, what it says, how it ends.</summary>
public sealed class GenesisConvertTests : IDisposable
{
    private const string Geth = """
        {
          "config": { "chainId": 7, "homesteadBlock": 0, "eip150Block": 2, "eip155Block": 3, "eip158Block": 3, "daoForkBlock": 1, "daoForkSupport": true,
                      "byzantiumBlock": 4, "constantinopleBlock": 5, "petersburgBlock": 5, "istanbulBlock": 6, "berlinBlock": 7, "londonBlock": 8,
                      "terminalTotalDifficulty": 1000, "shanghaiTime": 50, "ethash": {} },
          "nonce": "0x42", "timestamp": "0x0", "extraData": "0x1234", "gasLimit": "0x1388", "difficulty": "0x20000",
          "mixhash": "0x0000000000000000000000000000000000000000000000000000000000000000", "coinbase": "0x0000000000000000000000000000000000000000",
          "alloc": { "00000000000000000000000000000000000000aa": { "balance": "0x10", "code": "0x6000", "storage": { "01": "0x02" } } }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("convert").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Code, string Out, string Error)> Convert(params string[] args)
    {
        StringWriter output = new(), error = new();
        CommandConsole console = new(output, error, TextReader.Null, IsTerminal: false, new Hashtable());
        int code = await CommandTable.RunAsync(["genesis", "convert", .. args], console, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string Write(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    [Fact]
    public async Task There_and_back_is_the_same_network()
    {
        (int code, string there, _) = await Convert(Write("genesis.json", Geth), "--out", PathOf("ours.json"));
        Assert.Equal(0, code);
        Assert.Contains("chainspec of chain-7, genesis 0x", there);
        (_, string back, _) = await Convert(PathOf("ours.json"), "--out", PathOf("geth.json"));
        Assert.Contains("genesis.json of chain-7, genesis 0x", back);
        await Convert(PathOf("geth.json"), "--out", PathOf("again.json"));
        Assert.Equal(File.ReadAllText(PathOf("ours.json")), File.ReadAllText(PathOf("again.json")));
        Assert.Equal(there[^67..], back[^67..]);
    }

    [Theory]
    [InlineData("engine.por: geth's genesis.json has no place for this engine and its parameters", null, null)]
    [InlineData("config.daoForkSupport: the chain that refuses the DAO fork", "\"daoForkSupport\": true", "\"daoForkSupport\": false")]
    [InlineData("config.daoForkSupport: missing beside daoForkBlock", "\"daoForkSupport\": true,", "")]
    [InlineData("config.shanghai: begins before dao, which it contains", "\"shanghaiTime\": 50", "\"shanghaiTime\": 0")]
    [InlineData("gasLimit: 4999 is not in [5000, ", "0x1388", "0x1387")]
    [InlineData("config.verkleTime: this program knows no such fork", "\"ethash\": {}", "\"verkleTime\": 99")]
    [InlineData("config.clique: this program has no such engine", "\"ethash\": {}", "\"clique\": {}")]
    [InlineData("config.eip155Block: 2 is not eip158Block, 3", "\"eip155Block\": 3", "\"eip155Block\": 2")]
    [InlineData("config.berlin: begins before istanbul", "\"berlinBlock\": 7", "\"berlinBlock\": 5")]
    [InlineData("gasLimit: missing", "\"gasLimit\": \"0x1388\",", "")]
    [InlineData("alloc.00000000000000000000000000000000000000aa.storage.01: '\"zz\"' is not a word of hex", "\"0x02\"", "\"zz\"")]
    [InlineData("not JSON", "\"alloc\":", "\"alloc\"")]
    public async Task What_cannot_be_converted_is_one_line_and_no_file(string expected, string? part, string? replacement)
    {
        string path = part is null ? Repository.PathOf("chainspec", "solo.json") : Write("bad.json", Geth.Replace(part, replacement, StringComparison.Ordinal));
        (int code, string output, string error) = await Convert(path, "--out", PathOf("out.json"));
        Assert.Equal((2, "", 1), (code, output, error.Count(c => c == '\n')));
        Assert.Contains($"{path}: {expected}", error);
        Assert.False(File.Exists(PathOf("out.json")));
    }
}
