using System.Text.Json;
using BpDao.Consensus;
using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;

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
        Write(w, status.LastRefusedBlock);
        w.WriteEndObject();
    }

    /// <summary>What operators agreed on when the network was dead; null on any other.</summary>
    public static void Write(Utf8JsonWriter w, BenchRescue? rescue) => w.WriteObject("rescue", rescue, r =>
    {
        w.WriteNumber("height"u8, r.Height);
        w.WriteString("hash"u8, r.Hash.ToString());
        w.WriteNumber("epoch"u8, r.Epoch);
        w.WriteNumber("untilEpoch"u8, r.UntilEpoch);
        WriteSlots(w, "lost", r.Lost);
        WriteSlots(w, "signers", [.. r.Signatures.Select(s => s.Slot)]);
    });

    private static void Write(Utf8JsonWriter w, HeightSummary? height) => w.WriteObject("lastHeight", height, h =>
    {
        w.WriteNumber("height"u8, h.Height);
        w.WriteString("hash"u8, h.Hash.ToString());
        w.WriteNumber("producer"u8, h.Producer);
        w.WriteNumber("round"u8, h.Round);
        w.WriteString("weight"u8, h.Weight.ToString());
        WriteSlots(w, "absent", h.Absent);
        w.WriteNumber("milliseconds"u8, h.Milliseconds);
        w.WriteStartObject("times"u8);
        w.WriteNumber("began"u8, h.Times.Began);
        WriteTime(w, "proposed", h.Times.Proposed);
        WriteTime(w, "judged", h.Times.Judged);
        WriteTime(w, "decided", h.Times.Decided);
        w.WriteNumber("committed"u8, h.Times.Committed);
        w.WriteEndObject();
    });

    private static void WriteTime(Utf8JsonWriter w, string name, long? milliseconds)
    {
        if (milliseconds is { } known) w.WriteNumber(name, known);
        else w.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter w, RoundSummary? round) => w.WriteObject("lastFailedRound", round, r =>
    {
        w.WriteNumber("height"u8, r.Height);
        w.WriteNumber("round"u8, r.Round);
        w.WriteNumber("leader"u8, r.Leader);
        w.WriteBoolean("hadProposal"u8, r.HadProposal);
        w.WriteString("for"u8, r.WeightFor.ToString());
        w.WriteString("against"u8, r.WeightAgainst.ToString());
        WriteSlots(w, "silent", r.Silent);
    });

    private static void Write(Utf8JsonWriter w, BlockRefused? refused) => w.WriteObject("lastRefusedBlock", refused, r =>
    {
        w.WriteNumber("height"u8, r.Height);
        w.WriteNumber("round"u8, r.Round);
        w.WriteNumber("leader"u8, r.Leader);
        w.WriteString("hash"u8, r.BlockHash.ToString());
        w.WriteString("reason"u8, ((BlockError)r.Reason).ToString());
        w.WriteString("detail"u8, r.Detail);
    });

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
