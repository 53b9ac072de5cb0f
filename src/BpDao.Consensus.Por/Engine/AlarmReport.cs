using System.Text;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Engine;

/// <summary>What an alarm leaves on the disk: a text for people, and beside it the block and the certificates as they were, in RLP.</summary>
internal static class AlarmReport
{
    public static void Keep(IReportStore reports, Alarm alarm, ulong height, DateTimeOffset now)
    {
        string name = $"{alarm.Kind}-{height}";
        StringBuilder text = new();
        text.AppendLine($"{now:u} {alarm.Kind} at block {height}").AppendLine(alarm.Detail).AppendLine();
        if (alarm.Block is { } block)
        {
            text.AppendLine($"block {block.Number} {block.Hash}, parent {block.Header.ParentHash}, {block.Transactions.Count} transactions: {name}.block.rlp");
            reports.Keep($"{name}.block.rlp", BlockCodec.Encode(block));
        }

        for (int i = 0; i < alarm.Certificates.Count; i++)
        {
            BlockCertificate c = alarm.Certificates[i];
            text.AppendLine(
                $"{(c.Kind == MessageKind.Vote2 ? "commit certificate" : "QC1")} of block {c.BlockHash}, epoch {c.Epoch}, round {c.Round}, signed by slots {string.Join(", ", c.Certificate.Signers.Slots())}: {name}.certificate-{i}.rlp");
            reports.Keep($"{name}.certificate-{i}.rlp", MessageCodec.Encode(new BlockCertificateMessage(c)));
        }

        reports.Keep($"{name}.txt", Encoding.UTF8.GetBytes(text.ToString()));
    }
}
