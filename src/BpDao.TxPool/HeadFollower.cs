using BpDao.Core;
using BpDao.TxPool.Collections;

namespace BpDao.TxPool;

/// <summary>Takes out of the table what a new head has settled or made impossible. Needs the pool's lock.</summary>
internal sealed class HeadFollower(TxTable table, IChainHeadInfo chain, int noncesPerSender)
{
    private readonly List<(Transaction Tx, TxRemoval Why)> _removed = [];

    public List<(Transaction Tx, TxRemoval Why)> Follow(ChainHeadChange change)
    {
        foreach (Block block in change.Added)
        {
            foreach (Transaction tx in block.Transactions)
            {
                if (table.TryGet(tx.Hash, out PooledTransaction? pooled)) Remove(pooled, TxRemoval.Included);
            }
        }

        if (change.ChangedAccounts is null)
        {
            foreach (SenderQueue queue in table.Senders.ToArray()) Recheck(queue);
        }
        else
        {
            foreach (Address address in change.ChangedAccounts)
            {
                if (table.QueueOf(address) is { } queue) Recheck(queue);
            }
        }

        return _removed;
    }

    private void Recheck(SenderQueue queue)
    {
        Account account = chain.TryGetAccount(queue.Sender, out Account found) ? found : Account.Empty;
        bool isContract = account.HasCode && !Delegation.TryParse(chain.GetCode(account.CodeHash).Span, out _);
        UInt256 left = account.Balance;
        foreach (PooledTransaction pooled in queue.Transactions.ToArray())
        {
            ulong nonce = pooled.Tx.Nonce;
            if (nonce < account.Nonce) Remove(pooled, TxRemoval.Replaced);
            else if (isContract || nonce - account.Nonce >= (ulong)noncesPerSender || pooled.MaxCost > left) Remove(pooled, TxRemoval.Invalid);
            else left -= pooled.MaxCost;
        }

        if (queue.Count > 0) table.Follow(queue, account);
    }

    private void Remove(PooledTransaction pooled, TxRemoval why)
    {
        table.Remove(pooled);
        _removed.Add((pooled.Tx, why));
    }
}
