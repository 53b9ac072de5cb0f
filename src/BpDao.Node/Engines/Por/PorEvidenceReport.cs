using System.Text.Json;
using BpDao.Consensus;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Evidence;

namespace BpDao.Node.Engines.Por;

/// <summary><c>por_evidence</c>: what waits for a block here, and what the chain has convicted of lately.</summary>
internal static class PorEvidenceReport
{
    private const ulong MaxConvictions = 100;

    public static void Write(Utf8JsonWriter w, IReadOnlyList<EvidenceItem> waiting, IContractCaller state)
    {
        w.WriteStartObject();
        w.WriteStartArray("waiting"u8);
        foreach (EvidenceItem item in waiting)
        {
            w.WriteStartObject();
            w.WriteString("type"u8, $"E{(byte)item.Type}");
            w.WriteString("name"u8, item.Type.ToString());
            w.WriteNumber("epoch"u8, item.Epoch);
            w.WriteNumber("height"u8, item.Height);
            w.WriteNumber("round"u8, item.Round);
            w.WriteStartArray("slots"u8);
            foreach (uint slot in item.Offenders) w.WriteNumberValue(slot);
            w.WriteEndArray();
            w.WriteString("hash"u8, item.Hash.ToString());
            w.WriteEndObject();
        }

        w.WriteEndArray();
        WriteConvictions(w, new JudiciaryContract(state));
        w.WriteEndObject();
    }

    // Newest first; each conviction that cost anything is an escrow.
    private static void WriteConvictions(Utf8JsonWriter w, JudiciaryContract judiciary)
    {
        w.WriteStartArray("convictions"u8);
        ulong count = judiciary.TryEscrowCount(out ulong known) ? known : 0;
        for (ulong id = count; id > count - Math.Min(count, MaxConvictions) && judiciary.TryEscrow(id - 1, out EscrowState escrow); id--)
        {
            w.WriteStartObject();
            w.WriteNumber("escrow"u8, id - 1);
            w.WriteString("type"u8, $"E{escrow.Kind}");
            w.WriteString("identity"u8, escrow.Identity.ToString());
            w.WriteNumber("slot"u8, escrow.Slot);
            w.WriteNumber("height"u8, escrow.Height);
            w.WriteString("amount"u8, escrow.Amount.ToString());
            w.WriteBoolean("settled"u8, escrow.IsSettled);
            w.WriteNumber("maturesAt"u8, escrow.MaturesAt);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }
}
