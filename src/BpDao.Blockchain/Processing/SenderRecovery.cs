using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Blockchain;

/// <summary>Finds the senders of a block's transactions, on all processors: it is the dearest part of checking transfers.</summary>
public sealed class SenderRecovery(EthereumEcdsa ecdsa)
{
    private const int WorthSharing = 8;

    /// <summary>The index of the first transaction that nobody can have signed, or −1.</summary>
    public int FirstUnsigned(IReadOnlyList<Transaction> transactions, IReleaseSpec spec)
    {
        // EIP-2: before Homestead a signature has a second form.
        bool allowHighS = !spec.IsHomestead;
        if (transactions.Count < WorthSharing)
        {
            for (int i = 0; i < transactions.Count; i++)
            {
                if (!ecdsa.TryRecoverSender(transactions[i], out _, allowHighS)) return i;
            }

            return -1;
        }

        ParallelLoopResult loop = Parallel.For(0, transactions.Count, (i, state) =>
        {
            if (!ecdsa.TryRecoverSender(transactions[i], out _, allowHighS)) state.Break();
        });
        return (int)(loop.LowestBreakIteration ?? -1);
    }
}
