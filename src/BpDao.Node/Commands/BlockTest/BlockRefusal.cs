using System.Text.Json;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Node.Commands.BlockTest;

/// <summary>A block of a test that was refused.</summary>
/// <param name="Index">Its place in the test's list.</param>
/// <param name="Block">Null when it could not be decoded.</param>
/// <param name="Expected">What the test names as the reason; null when it expects the block to be accepted.</param>
internal sealed record BlockRefusal(int Index, Block? Block, BlockVerdict Verdict, string? Expected)
{
    /// <summary>The reason is the one that the test names, as far as its name says one.</summary>
    public bool IsOfExpectedKind => Expected is null || BlockErrorNames.Match(Expected, Verdict, Block);

    public static void WriteAll(Utf8JsonWriter w, IReadOnlyList<BlockRefusal> refusals)
    {
        if (refusals.Count == 0) return;
        w.WriteStartArray("refused");
        foreach (BlockRefusal refusal in refusals)
        {
            w.WriteStartObject();
            w.WriteNumber("block", refusal.Index);
            w.WriteString("reason", refusal.Verdict.ToString());
            if (refusal.Expected is { } expected) w.WriteString("expected", expected);
            w.WriteBoolean("sameKind", refusal.IsOfExpectedKind);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }
}
