using System.Reflection;
using BpDao.Node.Genesis;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;

namespace BpDao.Node.Commands.Devnet;

/// <summary>Which chain a devnet runs: a file's, the data directory's own, or the one that this program brings.</summary>
internal static class DevnetChain
{
    private const string Built = "chainspec.json";
    private const string Shipped = "chainspec/devnet.json";

    /// <exception cref="OperatorFault">The file, the directory and the options do not fit together.</exception>
    public static ChainSpec Resolve(Settings settings, DataDirectory data)
    {
        string file = settings.Get<NodeOptions>().Chain;
        bool custom = settings.IsGiven("producers") || settings.IsGiven("block-time") || (settings.IsGiven("processes") && file.Length == 0);
        if (file.Length != 0)
        {
            return custom ? throw new OperatorFault("--producers and --block-time make a chain of their own and exclude --chain") : Load(file);
        }

        string kept = data.Combine(Built);
        if (custom) return Build(settings, kept);
        return File.Exists(kept) ? Load(kept) : Parse(ReadShipped(), Shipped);
    }

    private static ChainSpec Build(Settings settings, string kept)
    {
        DevnetOptions options = settings.Get<DevnetOptions>();
        // Each process has a producer, unless it is said otherwise: the others follow.
        int producers = settings.IsGiven("producers") || options.Processes == 0 ? options.Producers : options.Processes;
        if (!DevnetTemplate.TryBuild(producers, options.BlockTime, out ChainSpec? spec, out string? error)) throw new OperatorFault(error);
        byte[] made = ChainSpecFile.Format(spec);
        if (!File.Exists(kept))
        {
            WriteWhole(kept, made);
        }
        else if (!File.ReadAllBytes(kept).AsSpan().SequenceEqual(made))
        {
            throw new OperatorFault(
                $"the data directory holds another chain than --producers {producers} --block-time {options.BlockTime} make; see {kept}");
        }

        return spec;
    }

    /// <summary>A file that is there is whole, whenever the process ends.</summary>
    private static void WriteWhole(string path, byte[] content)
    {
        string partial = path + ".partial";
        File.WriteAllBytes(partial, content);
        File.Move(partial, path, overwrite: true);
    }

    private static ChainSpec Load(string path) =>
        ChainSpecFile.TryLoad(path, out ChainSpec? spec, out string? error) ? spec : throw new OperatorFault(error);

    private static ChainSpec Parse(byte[] json, string name) =>
        ChainSpecFile.TryParse(json, needsGenesisHash: true, out ChainSpec? spec, out string? error)
            ? spec
            : throw new OperatorFault($"{name}: {error}");

    private static byte[] ReadShipped()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Shipped)
            ?? throw new InvalidOperationException($"{Shipped} is not part of this build.");
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
