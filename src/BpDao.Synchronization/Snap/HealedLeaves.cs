using BpDao.Core;
using BpDao.State;
using BpDao.State.Download;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>Leaves that are to change, gathered from some nodes and written together; and stretches of leaves that are to go, which may be long.</summary>
internal sealed class HealedLeaves(FetchedState state, SnapCodes codes)
{
    // Rows that are taken away at once.
    private const int RemovedAtOnce = 4096;

    private readonly Dictionary<Hash256, (Account Account, List<HashedSlot> Slots)> _changed = [];
    private readonly List<(FoundAccount? Owner, Hash256 From, Hash256 To)> _gone = [];

    public void Account(FoundAccount account) => Slots(account);

    public void Slot(FoundAccount owner, HashedSlot slot) => Slots(owner).Add(slot);

    /// <summary>Notes that leaves of a stretch have to go, if there are any.</summary>
    /// <param name="owner">Whose slots; null for accounts.</param>
    public void Remove(StateRanges local, FoundAccount? owner, in Hash256 from, in Hash256 to)
    {
        using LeafWalk walk = owner is { } of ? local.Slots(of.Key, from) : local.Accounts(from);
        if (walk.MoveNext() && walk.Key <= to) _gone.Add((owner, from, to));
    }

    /// <summary>Writes everything gathered so far.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await codes.FetchAsync(_changed.Values.Select(c => c.Account), cancellationToken);
        await state.WriteAsync(
            [.. _changed.Select(c => new FetchedAccount(c.Key, c.Value.Account, [.. c.Value.Slots]))], null, cancellationToken);
        _changed.Clear();
        foreach ((FoundAccount? owner, Hash256 from, Hash256 to) in _gone)
        {
            if (owner is { } of) await RemoveSlotsAsync(of, from, to, cancellationToken);
            else await RemoveAccountsAsync(from, to, cancellationToken);
        }

        _gone.Clear();
    }

    public async Task RemoveAccountsAsync(Hash256 from, Hash256 to, CancellationToken cancellationToken)
    {
        while (true)
        {
            List<FoundAccount> accounts = [];
            using (StateRanges local = state.Open())
            {
                using LeafWalk walk = local.Accounts(from);
                while (accounts.Count < RemovedAtOnce && walk.MoveNext() && walk.Key <= to)
                {
                    accounts.Add(new FoundAccount(walk.Key, local.Account(walk.Key)!.Value));
                }
            }

            if (accounts.Count == 0) return;
            foreach (FoundAccount account in accounts.Where(a => a.Account.HasStorage))
            {
                await RemoveSlotsAsync(account, Hash256.Zero, HashSpace.End, cancellationToken);
            }

            await state.WriteAsync([.. accounts.Select(a => new FetchedAccount(a.Key, null, []))], null, cancellationToken);
        }
    }

    private async Task RemoveSlotsAsync(FoundAccount owner, Hash256 from, Hash256 to, CancellationToken cancellationToken)
    {
        while (true)
        {
            List<HashedSlot> slots = [];
            using (StateRanges local = state.Open())
            {
                using LeafWalk walk = local.Slots(owner.Key, from);
                while (slots.Count < RemovedAtOnce && walk.MoveNext() && walk.Key <= to) slots.Add(new HashedSlot(walk.Key, []));
            }

            if (slots.Count == 0) return;
            await state.WriteAsync([new FetchedAccount(owner.Key, owner.Account, [.. slots])], null, cancellationToken);
        }
    }

    private List<HashedSlot> Slots(FoundAccount account)
    {
        if (!_changed.TryGetValue(account.Key, out (Account Account, List<HashedSlot> Slots) changed)) _changed[account.Key] = changed = (account.Account, []);
        return changed.Slots;
    }
}
