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
        return ChainSpecFile.TryLoad(path, out ChainSpec? spec, out string? error) ? spec : throw new OperatorFault(error);
    }

    /// <summary>Keeps the chainspec for later starts; whole or not at all.</summary>
    public static void Keep(ChainSpec spec, DataDirectory data)
    {
        string path = data.Combine(Kept), partial = path + ".partial";
        File.WriteAllBytes(partial, ChainSpecFile.Format(spec));
        File.Move(partial, path, overwrite: true);
    }
}
