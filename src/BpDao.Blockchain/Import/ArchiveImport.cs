using System.Threading.Channels;
using BpDao.Blockchain.Archives;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>Takes an archive's blocks through the door. Reading runs ahead on one thread, and what needs nothing but the block (decoding,
/// senders, the engine's dear checks) on the other processors, while the caller's thread executes in order and the
/// importer writes behind it.</summary>
public sealed class ArchiveImport(BlockTree tree, BlockImporter importer, SenderRecovery senders, ISpecProvider specs, IConsensusRules engine)
{
    // Bounds memory, and is more than any machine's processors work on at a time.
    private const int BlocksAhead = 64;

    // Proofs of work are checked faster side by side.
    private const int PreparedTogether = 8;

    /// <summary>Imports what the chain does not have yet. Each block is whole in the database or not at all, so after any end the same
    /// call goes on where this one was.</summary>
    /// <returns>Null when all of the archive is on the chain; else where it ended and why, for the operator.</returns>
    public string? Run(BlockArchive archive, IImportObserver observer, CancellationToken cancellationToken)
    {
        // Its ancestors are there too: no block is stored before its parent.
        if (archive.LastHeader is { } last && tree.IsCanonical(last))
        {
            observer.AlreadyThere(archive.Count);
            return null;
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<Task<PreparedBlock>> ahead = Channel.CreateBounded<Task<PreparedBlock>>(
            new BoundedChannelOptions(BlocksAhead) { SingleReader = true, SingleWriter = true });
        Task reading = Task.Run(() => ReadAsync(archive, observer, ahead.Writer, stop.Token), CancellationToken.None);
        try
        {
            return Append(ahead.Reader, observer, cancellationToken);
        }
        finally
        {
            stop.Cancel();
            reading.Wait(CancellationToken.None);
            importer.Flush();
        }
    }

    /// <summary>Why the archive cannot be imported on a chain of which there is nothing but the genesis block; null when it can.</summary>
    public static string? WhyItCannotBegin(BlockArchive archive, BlockHeader genesis) =>
        archive.TryReadNext(out ArchivedBlock? first, out string? fault)
            ? WhyItCannotFollow(first.Header, genesis, genesis, first.Header.ParentHash == genesis.Hash ? genesis : null)
            : fault;

    private string? Append(ChannelReader<Task<PreparedBlock>> ahead, IImportObserver observer, CancellationToken cancellationToken)
    {
        while (ahead.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
        {
            while (ahead.TryRead(out Task<PreparedBlock>? next))
            {
                PreparedBlock prepared = next.GetAwaiter().GetResult();
                if (prepared.Block is not { } block) return prepared.Fault;
                // Files have no certificates: on a chain whose blocks need one, nothing is imported.
                BlockVerdict verdict = importer.Append(block, default, verifyCertificate: true, cancellationToken);
                if (verdict.Error == BlockError.AlreadyKnown) observer.AlreadyThere(1);
                else if (!verdict.IsValid) return $"block {block.Number} {block.Hash} is refused: {verdict}";
                else observer.Imported(block);
            }
        }

        return null;
    }

    private async Task ReadAsync(BlockArchive archive, IImportObserver observer, ChannelWriter<Task<PreparedBlock>> ahead, CancellationToken stop)
    {
        List<ArchivedBlock> together = [];

        async Task PrepareAsync()
        {
            ArchivedBlock[] group = [.. together];
            together.Clear();
            Task<PreparedBlock[]> prepared = Task.Run(() => Prepare(group), stop);
            for (int i = 0; i < group.Length; i++) await ahead.WriteAsync(PickAsync(prepared, i), stop);
        }

        try
        {
            // Ahead of the judgement only what hangs together is worked on: a number from nowhere would ask for an Ethash cache of its own.
            BlockHeader? previous = null;
            string? fault;
            while (archive.TryReadNext(out ArchivedBlock? next, out fault))
            {
                if (next.Header.Number == archive.First) fault = OtherDifficulty(next.Header, archive.FirstTotalDifficulty);
                if (fault is not null) break;
                if (previous is null && tree.HeaderByHash(next.Header.Hash) is not null)
                {
                    observer.AlreadyThere(1);
                    continue;
                }

                fault = previous is null
                    ? WhyItCannotFollow(next.Header, tree.Genesis, tree.Head, tree.HeaderByHash(next.Header.ParentHash))
                    : WhyItCannotFollow(next.Header, previous);
                if (fault is not null) break;
                previous = next.Header;
                together.Add(next);
                if (together.Count == PreparedTogether) await PrepareAsync();
            }

            await PrepareAsync();
            if (fault is not null) await ahead.WriteAsync(Task.FromResult(new PreparedBlock(null, fault)), stop);
            ahead.Complete();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            ahead.Complete();
        }
        catch (Exception e)
        {
            ahead.Complete(e);
        }
    }

    private static string? WhyItCannotFollow(BlockHeader header, BlockHeader genesis, BlockHeader head, BlockHeader? parent)
    {
        if (header.Number == 0) return header.Hash == genesis.Hash ? null : $"block 0 is {header.Hash}, this chain begins with {genesis.Hash}: it is of another network";
        return parent is null
            ? $"block {header.Number} does not follow the head, which is block {head.Number} {head.Hash}: its parent is {header.ParentHash}"
            : WhyItCannotFollow(header, parent);
    }

    private static string? WhyItCannotFollow(BlockHeader header, BlockHeader previous) =>
        header.ParentHash == previous.Hash && header.Number == previous.Number + 1
            ? null
            : $"block {header.Number} does not follow block {previous.Number} {previous.Hash}: its parent is {header.ParentHash}";

    /// <summary>Null also where the chain does not tell: the block does not follow, then.</summary>
    private string? OtherDifficulty(BlockHeader first, UInt256? archived)
    {
        UInt256? own = tree.TotalDifficultyOf(first.Hash) ?? (tree.TotalDifficultyOf(first.ParentHash) + first.Difficulty);
        return archived is null || own is null || archived == own
            ? null
            : $"block {first.Number}: its total difficulty is {archived}, on this chain it is {own}";
    }

    private static async Task<PreparedBlock> PickAsync(Task<PreparedBlock[]> prepared, int index) => (await prepared)[index];

    /// <summary>Only to be ahead: what is wrong is found again, and said, when the block is judged.</summary>
    private PreparedBlock[] Prepare(ArchivedBlock[] group)
    {
        PreparedBlock[] prepared = [.. group.Select(Decode)];
        Block[] blocks = [.. prepared.Select(p => p.Block).OfType<Block>()];
        foreach (Block block in blocks) senders.FirstUnsigned(block.Transactions, specs.GetSpec(block.Header));
        engine.Anticipate(blocks);
        return prepared;
    }

    private static PreparedBlock Decode(ArchivedBlock archived) => archived.Decode() is { } block
        ? new(block, null)
        : new(null, $"block {archived.Header.Number} {archived.Header.Hash}: its body is unreadable");

    private readonly record struct PreparedBlock(Block? Block, string? Fault);
}

/// <summary>Watches an import. Called on its threads, and never for two blocks at once.</summary>
public interface IImportObserver
{
    /// <summary>Blocks were passed over, since the chain has them.</summary>
    void AlreadyThere(ulong count);

    /// <summary>A block was executed and found valid; it is on disk when the import returns.</summary>
    void Imported(Block block);
}
