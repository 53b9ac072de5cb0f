using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Whom an old head may believe. Keys that have left are bound by nothing once their bonds are free, so certificates of their time prove a
/// history only to who has seen it since: an older head needs a checkpoint (docs/consensus.md, section 11).</summary>
internal sealed class WeakSubjectivity(
    BlockTree tree, IContractReader contracts, IConsensusRules rules, SyncOptions options, TimeProvider time)
{
    public Checkpoint? Checkpoint => options.Checkpoint;

    /// <summary>Null: a head is never too old.</summary>
    public TimeSpan? Period => options.TrustingPeriod is { } chosen ? (chosen > TimeSpan.Zero ? chosen : null) : EnginePeriod();

    public bool IsOld(BlockHeader header) => Period is { } period && AgeOf(header) > period;

    /// <summary>One line that says what to do, where this node must not believe its peers; null where it may.</summary>
    public string? Refusal()
    {
        BlockHeader head = tree.Head;
        if (Checkpoint is { } known && known.Number <= head.Number && tree.HashByNumber(known.Number) is { } own && own != known.Hash)
        {
            return $"block {known.Number} of this database is {own}, --por.checkpoint says {known.Hash}: correct the option, or begin anew with an empty --datadir";
        }

        if (!IsOld(head) || IsAlone(head)) return null;
        if (Checkpoint is null)
        {
            return $"the head, block {head.Number}, is {Text(AgeOf(head))} old, the trusting period is {Text(Period!.Value)}: "
                + "ask somebody you trust for a recent block and start with --por.checkpoint NUMBER:HASH";
        }

        // At the head's own number it is as old.
        return Checkpoint.Value.Number <= head.Number
            ? $"the head, block {head.Number}, is older than the trusting period of {Text(Period!.Value)}, and --por.checkpoint {Checkpoint.Value.Number} is not beyond it: name a newer block"
            : null;
    }

    /// <summary>Blocks up to the checkpoint must be shown to lead there before any of them is committed.</summary>
    public bool NeedsPath => Checkpoint is { } checkpoint && checkpoint.Number > tree.Head.Number;

    /// <summary>No block can follow without this node's own signature.</summary>
    public bool DecidesAlone => IsAlone(tree.Head);

    /// <summary>A checkpoint that is itself too old proves nothing; one line, or null.</summary>
    public string? RefusalOf(BlockHeader checkpoint) => IsOld(checkpoint)
        ? $"--por.checkpoint {checkpoint.Number} is {Text(AgeOf(checkpoint))} old, older than the trusting period of {Text(Period!.Value)}: name a newer block"
        : null;

    // Without this node's own signature there is no certificate of its bench: nobody can show it a history that it has not signed.
    private bool IsAlone(BlockHeader head) => options.Self is { } self && rules.Light is { } light && light.IsDecidedBy(head, self);

    private TimeSpan? EnginePeriod() =>
        rules.Light is { } light && contracts.At(tree.Head.Hash) is { } state ? light.TrustingPeriod(tree.Head, state) : null;

    private TimeSpan AgeOf(BlockHeader header) => time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(header.Timestamp, MaxUnixSeconds));

    // 31 December 9999, the last that DateTimeOffset can hold.
    private const ulong MaxUnixSeconds = 253_402_300_799;

    private static string Text(TimeSpan span) => span.TotalDays >= 2 ? $"{(long)span.TotalDays} days" : span.TotalHours >= 2 ? $"{(long)span.TotalHours} hours" : $"{(long)span.TotalSeconds} s";
}
