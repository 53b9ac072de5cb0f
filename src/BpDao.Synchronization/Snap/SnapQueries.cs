using BpDao.Core;
using BpDao.State;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>An account of a range that was proved.</summary>
internal readonly record struct FoundAccount(Hash256 Key, Account Account);

/// <summary>Consecutive accounts of a state.</summary>
/// <param name="Next">Where the next range begins; null when these were the last.</param>
internal sealed record FoundAccounts(IReadOnlyList<FoundAccount> Accounts, Hash256? Next);

/// <summary>Slots of several accounts, in the order they were asked for, as far as the answer went.</summary>
/// <param name="Slots">Of each account.</param>
/// <param name="Next">Where the last account's next range begins; null when all its slots are here.</param>
internal sealed record FoundSlots(IReadOnlyList<HashedSlot[]> Slots, Hash256? Next);

/// <summary>The questions of a download. An answer counts only when it is proved by the root, by a proved account, or by the hash it was
/// asked with.</summary>
internal sealed class SnapQueries(Hash256 root, SnapPool pool, SnapOptions options)
{
    public Task<FoundAccounts> AccountsAsync(Hash256 from, Hash256 to, CancellationToken cancellationToken)
    {
        AccountRangeRequest request = new(root, from, to, (ulong)options.AnswerBytes);
        return AskAsync(SnapCode.GetAccountRange, request.Encode, payload => ReadAccounts(payload, from), cancellationToken);
    }

    /// <param name="owners">Each has storage.</param>
    /// <param name="from">In the storage of the first.</param>
    public Task<FoundSlots> SlotsAsync(IReadOnlyList<FoundAccount> owners, Hash256 from, CancellationToken cancellationToken)
    {
        StorageRangesRequest request = new(root, [.. owners.Select(o => o.Key)], from, HashSpace.End, (ulong)options.AnswerBytes);
        return AskAsync(SnapCode.GetStorageRanges, request.Encode, payload => ReadSlots(payload, owners, from), cancellationToken);
    }

    /// <summary>At least one of them.</summary>
    public Task<List<byte[]>> CodesAsync(IReadOnlyCollection<Hash256> hashes, CancellationToken cancellationToken)
    {
        ByteCodesRequest request = new([.. hashes], (ulong)options.AnswerBytes);
        return AskAsync(SnapCode.GetByteCodes, request.Encode, payload => ReadCodes(payload, hashes), cancellationToken);
    }

    /// <summary>The first of the nodes, at least one, in the order of the paths.</summary>
    public Task<List<byte[]>> NodesAsync(IReadOnlyList<NodePaths> tries, IReadOnlyList<Hash256> hashes, CancellationToken cancellationToken)
    {
        TrieNodesRequest request = new(root, tries, (ulong)options.AnswerBytes);
        return AskAsync(SnapCode.GetTrieNodes, request.Encode, payload => ReadNodes(payload, hashes), cancellationToken);
    }

    private Task<T> AskAsync<T>(int code, Func<ulong, byte[]> encode, Func<byte[], SnapAnswer<T>> read, CancellationToken cancellationToken) => pool.AskAsync(
        async (session, stop) => await session.AskAsync(code, encode, options.Timeout, stop) is { } payload ? read(payload) : SnapOutcome.Silent, cancellationToken);

    private SnapAnswer<FoundAccounts> ReadAccounts(byte[] payload, in Hash256 from)
    {
        if (!SnapAnswers.TryReadId(payload, out RlpReader r, out _)
            || !SnapAnswers.TryReadAccounts(ref r, out List<(Hash256 Key, byte[] Slim)> slim, out List<byte[]> proof))
        {
            return SnapOutcome.Forged;
        }

        if (slim.Count == 0 && proof.Count == 0 && root != Account.EmptyTrieRoot) return SnapOutcome.NotThere;
        List<FoundAccount> accounts = new(slim.Count);
        List<Leaf> leaves = new(slim.Count);
        foreach ((Hash256 key, byte[] body) in slim)
        {
            if (!SlimAccount.TryRead(body, out Account account)) return SnapOutcome.Forged;
            accounts.Add(new FoundAccount(key, account));
            leaves.Add(new Leaf(key, SlimAccount.ToTrie(account)));
        }

        RangeVerdict verdict = RangeProof.Verify(root, from, leaves, proof);
        if (verdict == RangeVerdict.Invalid) return SnapOutcome.Forged;
        return new SnapAnswer<FoundAccounts>(SnapOutcome.Ok, new FoundAccounts(accounts, verdict == RangeVerdict.More ? HashSpace.After(leaves[^1].Key) : null));
    }

    private static SnapAnswer<FoundSlots> ReadSlots(byte[] payload, IReadOnlyList<FoundAccount> owners, in Hash256 from)
    {
        if (!SnapAnswers.TryReadId(payload, out RlpReader r, out _)
            || !SnapAnswers.TryReadSlots(ref r, owners.Count, out List<List<Leaf>> lists, out List<byte[]> proof))
        {
            return SnapOutcome.Forged;
        }

        if (lists.Count == 0) return proof.Count == 0 ? SnapOutcome.NotThere : SnapOutcome.Forged;
        HashedSlot[][] slots = new HashedSlot[lists.Count][];
        RangeVerdict verdict = RangeVerdict.Last;
        for (int i = 0; i < slots.Length; i++)
        {
            bool isLast = i == slots.Length - 1;
            verdict = RangeProof.Verify(owners[i].Account.StorageRoot, i == 0 ? from : Hash256.Zero, lists[i], isLast ? proof : []);
            if (verdict == RangeVerdict.Invalid || !TryReadDigits(lists[i], out slots[i])) return SnapOutcome.Forged;
        }

        return new SnapAnswer<FoundSlots>(SnapOutcome.Ok, new FoundSlots(slots, verdict == RangeVerdict.More ? HashSpace.After(lists[^1][^1].Key) : null));
    }

    private static bool TryReadDigits(List<Leaf> leaves, out HashedSlot[] slots)
    {
        slots = new HashedSlot[leaves.Count];
        for (int i = 0; i < slots.Length; i++)
        {
            if (!HashedSlot.TryRead(leaves[i], out slots[i])) return false;
        }

        return true;
    }

    private static SnapAnswer<List<byte[]>> ReadCodes(byte[] payload, IReadOnlyCollection<Hash256> hashes)
    {
        if (!SnapAnswers.TryReadId(payload, out RlpReader r, out _) || !SnapAnswers.TryReadItems(ref r, hashes.Count, out List<byte[]>? codes)) return SnapOutcome.Forged;
        if (codes.Count == 0) return SnapOutcome.NotThere;
        foreach (byte[] code in codes)
        {
            if (!hashes.Contains(Keccak256.Hash(code))) return SnapOutcome.Forged;
        }

        return new SnapAnswer<List<byte[]>>(SnapOutcome.Ok, codes);
    }

    private static SnapAnswer<List<byte[]>> ReadNodes(byte[] payload, IReadOnlyList<Hash256> hashes)
    {
        if (!SnapAnswers.TryReadId(payload, out RlpReader r, out _) || !SnapAnswers.TryReadItems(ref r, hashes.Count, out List<byte[]>? nodes)) return SnapOutcome.Forged;
        if (nodes.Count == 0) return SnapOutcome.NotThere;
        for (int i = 0; i < nodes.Count; i++)
        {
            // Whoever knows the root has all nodes below it.
            if (Keccak256.Hash(nodes[i]) != hashes[i]) return SnapOutcome.Forged;
        }

        return new SnapAnswer<List<byte[]>>(SnapOutcome.Ok, nodes);
    }
}
