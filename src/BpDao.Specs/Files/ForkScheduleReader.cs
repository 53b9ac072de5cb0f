using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>Reads <c>forks</c>: a fork's name with 0 (from genesis), <c>{"block": n}</c> (up to Paris), <c>{"totalDifficulty": n}</c> (Paris
/// alone, with <c>netsplitBlock</c> where the network has one) or <c>{"timestamp": n}</c> (from Shanghai). A fork contains the earlier ones, so forks that are not named change nothing.</summary>
internal static class ForkScheduleReader
{
    public const string TotalDifficulty = "totalDifficulty";

    public const string NetsplitBlock = "netsplitBlock";

    public static string NameOf(Fork fork) => JsonNamingPolicy.CamelCase.ConvertName(fork.ToString());

    public static ForkSchedule Read(SpecObject forks)
    {
        List<ForkActivation> activations = [];
        UInt256? terminal = null;
        ulong? netsplit = null;
        foreach (Fork fork in Enum.GetValues<Fork>())
        {
            string key = NameOf(fork);
            if (fork == Fork.Frontier || !forks.TryGet(key, out JsonElement value)) continue;
            if (fork == Fork.Paris && (terminal = ReadTerminal(forks, key, value, out netsplit)) is not null) continue;
            ForkActivation next = ReadActivation(forks, key, fork, value);
            if (WhyItOverlaps(activations, next) is { } fault) forks.Fault(key, fault);
            activations.Add(next);
        }

        forks.RefuseOthers();
        return new ForkSchedule { Activations = activations, TerminalTotalDifficulty = terminal, MergeNetsplitBlock = netsplit };
    }

    /// <summary>Null when Paris begins otherwise.</summary>
    private static UInt256? ReadTerminal(SpecObject forks, string key, JsonElement value, out ulong? netsplit)
    {
        netsplit = null;
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(TotalDifficulty, out _)) return null;
        SpecObject when = forks.RequiredObject(key);
        UInt256? terminal = when.UInt256(TotalDifficulty);
        netsplit = when.UInt64(NetsplitBlock);
        when.RefuseOthers();
        return terminal;
    }

    private static ForkActivation ReadActivation(SpecObject forks, string key, Fork fork, JsonElement value)
    {
        if (SpecObject.TryNumber(value, out UInt256 number))
        {
            if (!number.IsZero) forks.Fault(key, "is 0, {\"block\": n} or {\"timestamp\": n}");
            return new ForkActivation(fork, 0, null);
        }

        SpecObject when = forks.RequiredObject(key);
        ulong? block = when.UInt64("block");
        ulong? timestamp = when.UInt64("timestamp");
        when.RefuseOthers();
        if (block is null == timestamp is null) forks.Fault(key, "is 0, {\"block\": n} or {\"timestamp\": n}");
        if (block > 0 && fork > Fork.Paris) forks.Fault(key, "begins at a timestamp, not at a block");
        if (timestamp > 0 && fork <= Fork.Paris) forks.Fault(key, "begins at a block, not at a timestamp");
        return new ForkActivation(fork, block ?? 0, timestamp is 0 ? null : timestamp);
    }

    /// <summary>Null when <paramref name="next"/> begins with or after all that it contains.</summary>
    internal static string? WhyItOverlaps(IEnumerable<ForkActivation> earlier, ForkActivation next)
    {
        foreach (ForkActivation before in earlier)
        {
            // A later fork at genesis puts everything before it at genesis too; otherwise blocks compare with blocks, times with times.
            bool atGenesis = next is { Block: 0, Timestamp: null };
            bool overlaps = before.Block > next.Block && (atGenesis || next.Timestamp is null)
                || (before.Timestamp ?? 0) > (next.Timestamp ?? 0);
            if (overlaps) return $"begins before {NameOf(before.Fork)}, which it contains";
        }

        return null;
    }
}
