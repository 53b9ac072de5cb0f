using BpDao.Core;

namespace BpDao.Synchronization.Snap;

/// <summary>Fetches code before the accounts that have it are written.</summary>
internal sealed class SnapCodes(SnapQueries queries, FetchedState state)
{
    // About as many as an answer has room for.
    private const int AtOnce = 80;

    public async Task FetchAsync(IEnumerable<Account> accounts, CancellationToken cancellationToken)
    {
        HashSet<Hash256> missing = state.MissingCode(accounts);
        while (missing.Count > 0)
        {
            List<byte[]> codes = await queries.CodesAsync([.. missing.Take(AtOnce)], cancellationToken);
            await state.WriteCodeAsync(codes, cancellationToken);
            foreach (byte[] code in codes) missing.Remove(Keccak256.Hash(code));
        }
    }
}
