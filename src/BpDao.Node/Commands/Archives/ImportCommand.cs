using BpDao.Blockchain;
using BpDao.Blockchain.Archives;
using BpDao.Node.Composition;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;

namespace BpDao.Node.Commands.Archives;

/// <summary><c>bpdao import</c>: blocks from files, through the same door as any others.</summary>
internal sealed class ImportCommand : ICommand
{
    public string Name => "import";

    public string Usage => "FILE... --datadir D [--chain C]";

    public string Summary => "Execute and store the blocks of era1 or RLP files, folders or zips; goes on where it was when repeated.";

    public IReadOnlyList<Type> Areas => [typeof(NodeOptions), typeof(DatabaseOptions), typeof(LogOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings, out List<string> paths)) return Task.FromResult(ExitCode.BadInput);
        NodeOptions options = settings.Get<NodeOptions>();
        if (paths.Count == 0) return Task.FromResult(console.Refuse($"no file is named; usage: bpdao import {Usage}"));
        if (options.DataDir.Length == 0) return Task.FromResult(console.Refuse("--datadir: missing"));

        // All of them are read through before anything is written.
        ArchiveFile[] files = [.. paths.SelectMany(ArchiveFile.Find)];
        ulong total = 0;
        foreach (ArchiveFile file in files)
        {
            stop.ThrowIfCancellationRequested();
            using BlockArchive archive = file.Open();
            if (!archive.TryVerify(out string? fault)) throw new OperatorFault($"{file.Name}: {fault}");
            total += archive.Count;
        }

        using DataDirectory data = DataDirectory.Open(options.DataDir);
        ChainSpec spec = NodeChain.Load(options, data);
        ForkRequirements.Check(spec);
        if (!Directory.Exists(data.Combine("db"))) RefuseAnotherNetwork(files[0], spec);
        using OfflineChain chain = OfflineChain.Open(spec, data, settings);
        NodeChain.Keep(spec, data);
        ImportProgress progress = new(console.Error, console.IsErrorTerminal, total, TimeProvider.System);
        try
        {
            foreach (ArchiveFile file in files) Import(file, chain, progress, stop);
        }
        finally
        {
            progress.End();
            if (progress.Blocks + progress.Known > 0) console.Out.WriteLine(progress.Summary(chain.Tree.Head));
        }

        return Task.FromResult(ExitCode.Success);
    }

    /// <summary>Before there is a database: the right one is made next time.</summary>
    private static void RefuseAnotherNetwork(ArchiveFile first, ChainSpec spec)
    {
        if (!GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error)) throw new OperatorFault($"chain '{spec.Name}': {error}");
        using BlockArchive archive = first.Open();
        if (ArchiveImport.WhyItCannotBegin(archive, genesis.Block.Header) is { } fault) throw new OperatorFault($"{first.Name}: {fault}");
    }

    private static void Import(ArchiveFile file, OfflineChain chain, ImportProgress progress, CancellationToken stop)
    {
        using BlockArchive archive = file.Open();
        if (chain.Import.Run(archive, progress, stop) is not { } fault) return;
        string kept = progress.Blocks == 0 ? "" : $"; the {progress.Blocks} blocks before are imported, the head is block {chain.Tree.Head.Number}";
        throw new OperatorFault($"{file.Name}: {fault}{kept}");
    }
}
