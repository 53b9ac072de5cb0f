using System.IO.Compression;
using System.Text.RegularExpressions;
using BpDao.Core;
using BpDao.Testing;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>Contract code of mainnet by its hash, from wherever the archives have some: the state blocks come without.</summary>
internal static partial class MainnetCode
{
    public const string Tracers = "tracers.zip";

    private const string Blocks = "real-mainnet.zip";

    private static readonly Lazy<Dictionary<Hash256, byte[]>> OfTracers = new(ReadTracers);

    /// <summary>Null when no archive has it.</summary>
    public static byte[]? Find(in Hash256 hash)
    {
        using ZipArchive zip = Fixtures.Open(Blocks);
        if (zip.GetEntry($"exec-blocks/codes/{hash.ToString()[2..]}.bin") is not { } entry) return OfTracers.Value.GetValueOrDefault(hash);
        byte[] code = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(code);
        return code;
    }

    private static Dictionary<Hash256, byte[]> ReadTracers()
    {
        Dictionary<Hash256, byte[]> codes = [];
        if (!Fixtures.Has(Tracers)) return codes;
        using ZipArchive zip = Fixtures.Open(Tracers);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using StreamReader text = new(entry.Open());
            foreach (Match match in Code().Matches(text.ReadToEnd()))
            {
                byte[] code = Hex.Decode(match.Groups[1].Value);
                codes.TryAdd(Keccak256.Hash(code), code);
            }
        }

        return codes;
    }

    [GeneratedRegex("\"code\"\\s*:\\s*\"(0x(?:[0-9a-f]{2})+)\"")]
    private static partial Regex Code();
}
