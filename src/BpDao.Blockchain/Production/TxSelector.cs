using BpDao.Core;
using BpDao.Evm;
using BpDao.TxPool;
using Microsoft.Extensions.Logging;

namespace BpDao.Blockchain;

/// <summary>Fills a block with the pool's best, in the pool's order, as far as gas and size allow.</summary>
internal sealed class TxSelector(ITxPool pool, ILogger logger)
{
    private const ulong LeastGas = 21_000;

    /// <param name="sizeLeft">Bytes that the block may still grow.</param>
    /// <returns>What was executed, in order.</returns>
    public List<Transaction> Fill(BlockExecution execution, in UInt256 baseFee, long sizeLeft, CancellationToken cancellationToken)
    {
        List<Transaction> included = [];
        // Without the earlier nonce the later ones of a sender cannot follow.
        HashSet<Address> passedOver = [];
        foreach (Transaction tx in pool.Best(baseFee))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (execution.GasLeft < LeastGas) break;
            Address sender = tx.Sender!.Value;
            if (passedOver.Contains(sender)) continue;

            // Four bytes wrap a typed transaction inside a body.
            long size = TransactionCodec.Encode(tx).Length + sizeof(int);
            if (tx.GasLimit > execution.GasLeft || size > sizeLeft)
            {
                passedOver.Add(sender);
                continue;
            }

            TransactionResult result = execution.Execute(tx);
            if (result.IsValid)
            {
                included.Add(tx);
                sizeLeft -= size;
                continue;
            }

            passedOver.Add(sender);
            pool.Drop(tx.Hash);
            logger.LogDebug("Dropped transaction {TxHash} from the pool: {Error} {Detail}", tx.Hash, result.Error, result.Detail);
        }

        return included;
    }
}
