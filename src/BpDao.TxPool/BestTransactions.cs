using System.Collections;
using BpDao.Core;
using BpDao.TxPool.Collections;

namespace BpDao.TxPool;

/// <summary>Merges the senders' queues by the tip of their first transactions. Each enumeration begins anew on the same snapshot.</summary>
internal sealed class BestTransactions(IReadOnlyList<PooledTransaction[]> queues, UInt256 baseFee) : IEnumerable<Transaction>
{
    private static readonly Comparer<(FeeRank Fee, ulong Sequence)> BestFirst = Comparer<(FeeRank Fee, ulong Sequence)>.Create(
        (a, b) => b.Fee.CompareTo(a.Fee) is var fee and not 0 ? fee : a.Sequence.CompareTo(b.Sequence));

    public IEnumerator<Transaction> GetEnumerator()
    {
        PriorityQueue<(PooledTransaction[] Queue, int At), (FeeRank Fee, ulong Sequence)> heads = new(queues.Count, BestFirst);
        foreach (PooledTransaction[] queue in queues) Offer(heads, queue, 0);
        while (heads.TryDequeue(out (PooledTransaction[] Queue, int At) next, out _))
        {
            yield return next.Queue[next.At].Tx;
            Offer(heads, next.Queue, next.At + 1);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Offer(
        PriorityQueue<(PooledTransaction[] Queue, int At), (FeeRank Fee, ulong Sequence)> heads, PooledTransaction[] queue, int at)
    {
        if (at == queue.Length) return;
        FeeRank fee = FeeRank.Of(queue[at].Tx, baseFee);
        if (fee.Payable) heads.Enqueue((queue, at), (fee, queue[at].Sequence));
    }
}
