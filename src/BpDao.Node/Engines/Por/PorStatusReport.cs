using System.Text.Json;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;

namespace BpDao.Node.Engines.Por;

/// <summary>The running engine's part of <c>por_status</c>.</summary>
internal static class PorStatusReport
{
    /// <param name="status">Null, or without a height, where no engine runs.</param>
    public static void Write(Utf8JsonWriter w, PorStatus? status)
    {
        if (status is null || status.Height == 0)
        {
            w.WriteNullValue();
            return;
        }

        w.WriteStartObject();
        w.WriteNumber("height"u8, status.Height);
        w.WriteNumber("round"u8, status.Round);
        w.WriteNumber("leader"u8, status.Leader);
        w.WriteString("phase"u8, NameOf(status.View.Phase.ToString()));
        w.WriteString("role"u8, status.Role);
        WriteSlot(w, status.Slot);
        w.WriteStartObject("weights"u8);
        w.WriteString("for"u8, status.View.For.ToString());
        w.WriteString("against"u8, status.View.Against.ToString());
        w.WriteString("second"u8, status.View.Second.ToString());
        w.WriteString("gaveUp"u8, status.View.GaveUp.ToString());
        w.WriteString("total"u8, status.TotalWeight.ToString());
        w.WriteEndObject();
        w.WriteString("alarm"u8, status.Alarm);
        w.WriteNumber("evidence"u8, status.Evidence);
        w.WriteNumber("droppedMessages"u8, status.DroppedMessages);
        Write(w, status.LastHeight);
        Write(w, status.LastFailedRound);
        w.WriteEndObject();
    }

    /// <summary>What operators agreed on when the network was dead; null on any other.</summary>
    public static void Write(Utf8JsonWriter w, BenchRescue? rescue)
    {
        if (rescue is null)
        {
            w.WriteNull("rescue"u8);
            return;
        }

        w.WriteStartObject("rescue"u8);
        w.WriteNumber("height"u8, rescue.Height);
        w.WriteString("hash"u8, rescue.Hash.ToString());
        w.WriteNumber("epoch"u8, rescue.Epoch);
        w.WriteNumber("untilEpoch"u8, rescue.UntilEpoch);
        WriteSlots(w, "lost", rescue.Lost);
        WriteSlots(w, "signers", [.. rescue.Signatures.Select(s => s.Slot)]);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, HeightSummary? height)
    {
        if (height is null)
        {
            w.WriteNull("lastHeight"u8);
            return;
        }

        w.WriteStartObject("lastHeight"u8);
        w.WriteNumber("height"u8, height.Height);
        w.WriteString("hash"u8, height.Hash.ToString());
        w.WriteNumber("producer"u8, height.Producer);
        w.WriteNumber("round"u8, height.Round);
        w.WriteString("weight"u8, height.Weight.ToString());
        WriteSlots(w, "absent", height.Absent);
        w.WriteNumber("milliseconds"u8, height.Milliseconds);
        w.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter w, RoundSummary? round)
    {
        if (round is null)
        {
            w.WriteNull("lastFailedRound"u8);
            return;
        }

        w.WriteStartObject("lastFailedRound"u8);
        w.WriteNumber("height"u8, round.Height);
        w.WriteNumber("round"u8, round.Round);
        w.WriteNumber("leader"u8, round.Leader);
        w.WriteBoolean("hadProposal"u8, round.HadProposal);
        w.WriteString("for"u8, round.WeightFor.ToString());
        w.WriteString("against"u8, round.WeightAgainst.ToString());
        WriteSlots(w, "silent", round.Silent);
        w.WriteEndObject();
    }

    private static void WriteSlot(Utf8JsonWriter w, uint? slot)
    {
        if (slot is { } own) w.WriteNumber("slot"u8, own);
        else w.WriteNull("slot"u8);
    }

    private static void WriteSlots(Utf8JsonWriter w, string name, IReadOnlyList<uint> slots)
    {
        w.WriteStartArray(name);
        foreach (uint slot in slots) w.WriteNumberValue(slot);
        w.WriteEndArray();
    }

    private static string NameOf(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
