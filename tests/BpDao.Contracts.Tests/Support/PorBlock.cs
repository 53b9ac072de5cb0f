using BpDao.Consensus.Por.Blocks;
using BpDao.Core;
using BpDao.Core.Abi;

namespace BpDao.Contracts.Tests.Support;

/// <summary>A block that was made, with what a test asks about it.</summary>
internal sealed record PorBlock(Block Block, IReadOnlyList<Receipt> Receipts, BlockPayload Payload, PorExtraData Extra)
{
    public ulong Number => Block.Number;

    public uint Producer => Extra.Producer;

    public uint Round => Extra.Round;

    /// <summary>Transaction 0 failed (protocol rule 2.8).</summary>
    public bool IsSafeMode => !Receipts[0].Success;

    /// <summary>All of that kind, in order.</summary>
    public IReadOnlyList<object[]> Events(AbiEvent kind)
    {
        List<object[]> found = [];
        foreach (Receipt receipt in Receipts)
        {
            foreach (LogEntry log in receipt.Logs)
            {
                if (log.Topics.Count > 0 && log.Topics[0] == kind.Topic && kind.TryDecode(log, out object[]? values)) found.Add(values);
            }
        }

        return found;
    }

    public Receipt ReceiptOf(Transaction transaction)
    {
        for (int i = 0; i < Block.Transactions.Count; i++)
        {
            if (Block.Transactions[i].Hash == transaction.Hash) return Receipts[i];
        }

        throw new InvalidOperationException($"Transaction {transaction.Hash} is not in block {Number}.");
    }
}
