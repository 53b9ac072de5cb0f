using System.Diagnostics.CodeAnalysis;
using BpDao.Blockchain;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;

namespace BpDao.Node.Commands;

/// <summary>The chainspec of one node: the file that is named, or the one its data directory was prepared with.</summary>
internal static class NodeChain
{
    private const string Kept = "chainspec.json";

    public static ChainSpec Load(NodeOptions options, DataDirectory data)
    {
        string path = options.Chain.Length != 0 ? options.Chain : data.Combine(Kept);
        if (options.Chain.Length == 0 && !File.Exists(path)) throw new OperatorFault($"--chain: missing, and '{data.Path}' was not prepared by 'bpdao init'");
        ChainSpec spec = Load(path);
        if (options.Chain.Length != 0 && File.Exists(data.Combine(Kept))) RefuseAnother(spec, options.Chain, data.Combine(Kept));
        return spec;
    }

    /// <summary>The stored blocks were judged by the rules that were kept: the same genesis block does not make it the same network. Another one
    /// the database itself refuses.</summary>
    private static void RefuseAnother(ChainSpec spec, string chain, string kept)
    {
        ChainSpec own = Load(kept);
        if (own.GenesisHash != spec.GenesisHash || ChainSpecFile.Format(spec).AsSpan().SequenceEqual(ChainSpecFile.Format(own))) return;
        throw new OperatorFault($"--chain: '{chain}' is not the network that '{kept}' says this data directory was prepared for; leave --chain out, or name another --datadir");
    }

    /// <summary>A network's file, a chainspec or geth's genesis.json; or the name of a network that this program brings.</summary>
    public static ChainSpec Load(string path)
    {
        if (!File.Exists(path) && TryReadShipped(path, out ChainSpec? shipped)) return shipped;
        return ChainSpecFile.TryLoad(path, out ChainSpec? spec, out string? error) ? WithGenesisHash(spec, path) : throw new OperatorFault(error);
    }

    /// <summary>geth's genesis.json names no genesis hash; the network is given the one it has.</summary>
    private static ChainSpec WithGenesisHash(ChainSpec spec, string path)
    {
        if (spec.GenesisHash is not null) return spec;
        return GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error)
            ? spec with { GenesisHash = genesis.Block.Hash }
            : throw new OperatorFault($"{path}: {error}");
    }

    private static bool TryReadShipped(string name, [NotNullWhen(true)] out ChainSpec? spec)
    {
        spec = null;
        using Stream? file = typeof(NodeChain).Assembly.GetManifestResourceStream($"chainspec/{name}.json");
        if (file is null) return false;
        byte[] json = new byte[file.Length];
        file.ReadExactly(json);
        return ChainSpecFile.TryParse(json, needsGenesisHash: true, out spec, out string? error)
            ? true
            : throw new InvalidOperationException($"The chainspec {name} of this build is unsound: {error}");
    }

    /// <summary>Prepares a directory for a chain, unless it was prepared for this one before.</summary>
    /// <exception cref="OperatorFault">It was prepared for another chain.</exception>
    public static void KeepOrCompare(ChainSpec spec, DataDirectory data)
    {
        string path = data.Combine(Kept);
        if (!File.Exists(path)) Keep(spec, data);
        else if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(ChainSpecFile.Format(spec)))
        {
            throw new OperatorFault($"'{path}' is of another chain than the options make; name another --datadir");
        }
    }

    /// <summary>Keeps the chainspec for later starts; whole or not at all.</summary>
    public static void Keep(ChainSpec spec, DataDirectory data)
    {
        string path = data.Combine(Kept), partial = path + ".partial";
        File.WriteAllBytes(partial, ChainSpecFile.Format(spec));
        File.Move(partial, path, overwrite: true);
    }
}
