using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>A block of Ethereum's mainnet with the accounts it touches, as they were before it.</summary>
internal sealed class RealBlock : IBlockHashProvider
{
    private readonly Dictionary<ulong, Hash256> _hashes;

    private RealBlock(JsonElement file, ZipArchive zip)
    {
        JsonElement block = file.GetProperty("block");
        Fork = file.GetProperty("fork").GetString()!;
        _hashes = file.GetProperty("blockHashes").EnumerateObject()
            .ToDictionary(h => ulong.Parse(h.Name, CultureInfo.InvariantCulture), h => Hash256.Parse(h.Value.GetString()!));
        Header = RpcHeader.Read(block);
        Hash = Hash256.Parse(block.GetProperty("hash").GetString()!);
        foreach (JsonElement tx in block.GetProperty("transactions").EnumerateArray()) Transactions.Add(RpcTransaction.Read(tx));
        foreach (JsonProperty account in file.GetProperty("preState").EnumerateObject()) AddAccount(account, zip);
    }

    public string Fork { get; }

    public BlockHeader Header { get; }

    /// <summary>As the file names it.</summary>
    public Hash256 Hash { get; }

    /// <summary>With the hash and the sender that the block gives.</summary>
    public List<(Transaction Transaction, Hash256 Hash, Address Sender)> Transactions { get; } = [];

    public TestState Before { get; } = new();

    /// <summary>The files of an archive's folder with that ending.</summary>
    public static TheoryData<string> Paths(string archive, string folder, string ending)
    {
        if (!Fixtures.Has(archive)) return ["none"];
        using ZipArchive zip = Fixtures.Open(archive);
        return
        [
            .. zip.Entries.Select(e => e.FullName)
                .Where(n => n.StartsWith(folder, StringComparison.Ordinal) && n.EndsWith(ending, StringComparison.Ordinal)),
        ];
    }

    public static RealBlock Read(string archive, string path)
    {
        using ZipArchive zip = Fixtures.Open(archive);
        using Stream stream = zip.GetEntry(path)!.Open();
        using JsonDocument file = JsonDocument.Parse(stream);
        return new RealBlock(file.RootElement, zip);
    }

    public Hash256 GetBlockHash(ulong number) => _hashes.GetValueOrDefault(number);

    private void AddAccount(JsonProperty account, ZipArchive zip)
    {
        byte[] code = account.Value.TryGetProperty("code_hash", out JsonElement hash) && hash.GetString() is { } name ? ReadCode(name, zip) : [];
        (UInt256, UInt256)[] storage = account.Value.TryGetProperty("storage", out JsonElement slots)
            ? [.. slots.EnumerateObject().Select(s => (UInt256.Parse(s.Name), UInt256.Parse(s.Value.GetString()!)))]
            : [];
        Before.With(
            Address.Parse(account.Name), RpcTransaction.Word(account.Value, "balance"), account.Value.GetProperty("nonce").GetUInt64(), code, storage);
    }

    private static byte[] ReadCode(string hash, ZipArchive zip)
    {
        if (Hash256.Parse(hash) == Account.EmptyCodeHash) return [];
        ZipArchiveEntry entry = zip.GetEntry($"exec-blocks/codes/{hash[2..]}.bin") ?? throw new InvalidDataException($"The code {hash} is missing.");
        byte[] code = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(code);
        return code;
    }
}
