using BpDao.Core;
using BpDao.State.Download;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>Fetches one stretch of accounts with their code and storage, from where it was left.</summary>
internal sealed class StretchDownload(SnapQueries queries, SnapCodes codes, FetchedState state, Stretch stretch)
{
    // Most storages are small; a request names as many as its answer may have room for.
    private const int OwnersAtOnce = 128;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (stretch.Next is { } from)
        {
            FoundAccounts found = await queries.AccountsAsync(from, stretch.Last, cancellationToken);
            FoundAccount[] accounts = [.. found.Accounts.Where(a => a.Key <= stretch.Last)];
            await codes.FetchAsync(accounts.Select(a => a.Account), cancellationToken);
            await state.WriteAsync([.. accounts.Where(a => !a.Account.HasStorage).Select(a => new FetchedAccount(a.Key, a.Account, []))], null, cancellationToken);
            await FetchStorageAsync(MissingStorage(accounts), cancellationToken);

            bool more = accounts.Length == found.Accounts.Count && found.Next <= stretch.Last;
            await state.WriteAsync([], () => (stretch.Next, stretch.Large) = (more ? found.Next : null, null), cancellationToken);
        }
    }

    /// <summary>Those whose storage is not there, as it may be after a restart.</summary>
    private List<FoundAccount> MissingStorage(FoundAccount[] accounts)
    {
        using StateRanges local = state.Open();
        return [.. accounts.Where(a => a.Account.HasStorage && local.Account(a.Key) != a.Account)];
    }

    private async Task FetchStorageAsync(List<FoundAccount> owners, CancellationToken cancellationToken)
    {
        for (int at = 0; at < owners.Count;)
        {
            Hash256 from = stretch.Large is { } large && large.Owner == owners[at].Key ? large.Next : Hash256.Zero;
            List<FoundAccount> asked = owners.GetRange(at, from.IsZero ? Math.Min(OwnersAtOnce, owners.Count - at) : 1);
            FoundSlots found = await queries.SlotsAsync(asked, from, cancellationToken);
            FetchedAccount[] fetched = [.. found.Slots.Select((slots, i) => new FetchedAccount(asked[i].Key, asked[i].Account, slots))];
            Hash256 last = fetched[^1].Key;
            await state.WriteAsync(fetched, () => Advance(last, found.Next), cancellationToken);
            at += found.Next is null ? fetched.Length : fetched.Length - 1;
        }
    }

    /// <summary>The accounts of this range before that one are there: those without storage were written first.</summary>
    private void Advance(in Hash256 owner, Hash256? nextSlot)
    {
        stretch.Large = nextSlot is { } slot ? (owner, slot) : null;
        stretch.Next = nextSlot is null ? HashSpace.After(owner) ?? owner : owner;
    }
}
