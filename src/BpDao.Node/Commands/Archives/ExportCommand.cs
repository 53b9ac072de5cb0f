using BpDao.Blockchain;
using BpDao.Blockchain.Archives;
using BpDao.Core;
using BpDao.Node.Composition;
using BpDao.Node.Options;
using BpDao.Node.Storage;

namespace BpDao.Node.Commands.Archives;

/// <summary><c>bpdao export</c>: blocks of the canonical chain into one file.</summary>
internal sealed class ExportCommand : ICommand
{
    private const string EraSuffix = ".era1";

    public string Name => "export";

    public string Usage => "FILE --datadir D [--from N] [--to N]";

    public string Summary => "Write blocks of the canonical chain to a file: era1 when its name ends in .era1, else RLP.";

    public IReadOnlyList<Type> Areas => [typeof(NodeOptions), typeof(DatabaseOptions), typeof(LogOptions), typeof(ExportOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings, out List<string> paths)) return Task.FromResult(ExitCode.BadInput);
        (NodeOptions options, ExportOptions range) = (settings.Get<NodeOptions>(), settings.Get<ExportOptions>());
        if (paths.Count != 1) return Task.FromResult(console.Refuse($"one file is to be named; usage: bpdao export {Usage}"));
        if (options.DataDir.Length == 0) return Task.FromResult(console.Refuse("--datadir: missing"));
        if (!Directory.Exists(options.DataDir)) return Task.FromResult(console.Refuse($"--datadir: '{options.DataDir}' does not exist"));
        using DataDirectory data = DataDirectory.Open(options.DataDir);
        using OfflineChain chain = OfflineChain.Open(NodeChain.Load(options, data), data, settings);
        BlockTree tree = chain.Tree;
        (ulong from, ulong to) = (range.From, range.To ?? tree.Head.Number);
        if (to > tree.Head.Number || from > to) throw new OperatorFault($"--from {from} --to {to}: the head is block {tree.Head.Number}");

        string path = paths[0];
        bool asEra = path.EndsWith(EraSuffix, StringComparison.OrdinalIgnoreCase);
        if (asEra) RefuseWhatNoEraHolds(tree, from, to);
        Hash256? accumulator = null;
        Write(path, output =>
        {
            if (asEra) accumulator = WriteEra(tree, from, to, output, stop);
            else WriteRlp(tree, from, to, output, stop);
        });
        string root = accumulator is { } hash ? $", accumulator {hash}" : "";
        console.Out.WriteLine($"{path}: blocks {from} to {to}, {new FileInfo(path).Length} bytes{root}");
        return Task.FromResult(ExitCode.Success);
    }

    private static void RefuseWhatNoEraHolds(BlockTree tree, ulong from, ulong to)
    {
        if (to - from >= Era1Writer.MostBlocks)
        {
            throw new OperatorFault($"--from {from} --to {to}: an era1 file holds at most {Era1Writer.MostBlocks} blocks; export RLP, or in parts");
        }

        if (tree.HeaderByNumber(to)!.Difficulty.IsZero)
        {
            throw new OperatorFault($"--to {to}: an era1 file holds blocks of proof of work, and this one has none; export RLP");
        }
    }

    private static Hash256 WriteEra(BlockTree tree, ulong from, ulong to, Stream output, CancellationToken stop)
    {
        Era1Writer writer = new(output);
        foreach (Block block in Blocks(tree, from, to, stop)) writer.Add(block, tree.ReceiptsOf(block.Hash)!, tree.TotalDifficultyOf(block.Hash)!.Value);
        return writer.Finish();
    }

    private static void WriteRlp(BlockTree tree, ulong from, ulong to, Stream output, CancellationToken stop)
    {
        foreach (Block block in Blocks(tree, from, to, stop)) output.Write(BlockCodec.Encode(block));
    }

    private static IEnumerable<Block> Blocks(BlockTree tree, ulong from, ulong to, CancellationToken stop)
    {
        for (ulong number = from; number <= to; number++)
        {
            stop.ThrowIfCancellationRequested();
            yield return tree.BlockByNumber(number)!;
        }
    }

    /// <summary>The file is there when it is whole, and no file is overwritten.</summary>
    private static void Write(string path, Action<Stream> write)
    {
        string partial = path + ".partial";
        if (Path.Exists(path)) throw new OperatorFault($"'{path}' is there already: remove it, or name another");
        bool isOurs = false;
        try
        {
            using (FileStream output = new(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
            {
                isOurs = true;
                write(output);
                output.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: false);
            isOurs = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string found = !isOurs && File.Exists(partial) ? "; it is what an export that was cut off leaves: remove it, or name another file" : "";
            throw new OperatorFault($"'{path}' cannot be written: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}{found}", e);
        }
        finally
        {
            if (isOurs) File.Delete(partial);
        }
    }
}
