using BpDao.Core;
using BpDao.State;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>An answer, and the work it was.</summary>
/// <param name="Payload">Null when the request is malformed.</param>
/// <param name="Lookups">Accounts, codes and nodes that were looked for, found or not.</param>
internal readonly record struct SnapServed(byte[]? Payload, int Lookups);

/// <summary>Answers requests of <c>snap/1</c> from the states that are kept. What an answer takes is bounded by its bytes: leaves are walked, never
/// gathered.</summary>
internal sealed class SnapServer(StateStore states)
{
    // What is written before the first item, at most: the id.
    private const int Empty = 9;

    public SnapServed Answer(int code, ReadOnlySpan<byte> payload)
    {
        if (!SnapAnswers.TryReadId(payload, out RlpReader r, out ulong id)) return default;
        return code switch
        {
            SnapCode.GetAccountRange => AccountRangeRequest.TryDecode(ref r, out AccountRangeRequest accounts) ? Accounts(id, accounts) : default,
            SnapCode.GetStorageRanges => StorageRangesRequest.TryDecode(ref r, out StorageRangesRequest? slots) ? Slots(id, slots) : default,
            SnapCode.GetByteCodes => ByteCodesRequest.TryDecode(ref r, out ByteCodesRequest? codes) ? Codes(id, codes) : default,
            SnapCode.GetTrieNodes => TrieNodesRequest.TryDecode(ref r, out TrieNodesRequest? nodes) ? Nodes(id, nodes) : default,
            _ => default,
        };
    }

    /// <summary>Where an answer stops growing; a request for nothing gets one item.</summary>
    private static int Limit(ulong asked) => Empty + (int)Math.Clamp(asked, 1, SnapLimits.ServedBytes);

    private SnapServed Accounts(ulong id, in AccountRangeRequest request)
    {
        using StateRanges? state = states.OpenRanges(request.Root);
        if (state is null) return new SnapServed(SnapAnswers.Nothing(id, withProof: true), 0);

        int limit = Limit(request.Bytes);
        RlpWriter w = new(Math.Min(limit, 64 << 10) + 1024);
        w.StartList().Write(id).StartList();
        Hash256? last = null;
        bool all;
        using (LeafWalk walk = state.Accounts(request.From))
        {
            all = true;
            while (all && walk.MoveNext())
            {
                last = walk.Key;
                w.StartList().Write(last.Value).WriteRaw(walk.Value).EndList();
                all = w.Length < limit && last.Value < request.To;
            }
        }

        w.EndList();
        IReadOnlyList<byte[]> proof = all && request.From.IsZero ? [] : state.ProveAccounts(request.From, last);
        SnapLists.WriteItems(w, proof);
        return new SnapServed(w.EndList().ToArray(), 1);
    }

    private SnapServed Slots(ulong id, StorageRangesRequest request)
    {
        using StateRanges? state = states.OpenRanges(request.Root);
        if (state is null) return new SnapServed(SnapAnswers.Nothing(id, withProof: true), 0);

        int limit = Limit(request.Bytes);
        RlpWriter w = new(Math.Min(limit, 64 << 10) + 1024), value = new(64);
        w.StartList().Write(id).StartList();
        IReadOnlyList<byte[]> proof = [];
        int lookups = 0;
        for (int i = 0; i < request.Accounts.Count && w.Length < limit && proof.Count == 0; i++)
        {
            Hash256 owner = request.Accounts[i], from = i == 0 ? request.From : Hash256.Zero;
            lookups++;
            if (state.Account(owner) is not { } account) return new SnapServed(SnapAnswers.Nothing(id, withProof: true), lookups);
            Hash256? last = null;
            bool all = true;
            w.StartList();
            using (LeafWalk walk = state.Slots(owner, from))
            {
                while (all && walk.MoveNext())
                {
                    last = walk.Key;
                    value.Clear();
                    w.StartList().Write(last.Value).Write(value.Write(walk.Value).WrittenSpan).EndList();
                    all = w.Length < limit && last.Value < request.To;
                }
            }

            w.EndList();
            if (!all || !from.IsZero) proof = state.ProveSlots(owner, account.StorageRoot, from, last);
        }

        w.EndList();
        SnapLists.WriteItems(w, proof);
        return new SnapServed(w.EndList().ToArray(), lookups);
    }

    private SnapServed Codes(ulong id, ByteCodesRequest request)
    {
        int limit = Limit(request.Bytes);
        RlpWriter w = new();
        w.StartList().Write(id).StartList();
        int lookups = 0;
        foreach (Hash256 hash in request.Hashes)
        {
            if (w.Length >= limit) break;
            lookups++;
            if (states.FindCode(hash) is { } code) w.Write(code.Span);
        }

        return new SnapServed(w.EndList().EndList().ToArray(), lookups);
    }

    private SnapServed Nodes(ulong id, TrieNodesRequest request)
    {
        using StateRanges? state = states.OpenRanges(request.Root);
        if (state is null) return new SnapServed(SnapAnswers.Nothing(id, withProof: false), 0);

        int limit = Limit(request.Bytes);
        RlpWriter w = new();
        w.StartList().Write(id).StartList();
        int lookups = 0;
        foreach (NodePaths trie in request.Tries)
        {
            foreach (byte[] path in trie.Paths)
            {
                if (w.Length >= limit) break;
                lookups++;
                // A node that is not there leaves its place empty, so that the others keep theirs.
                w.Write((trie.Owner is { } owner ? state.StorageNode(owner, path) : state.AccountNode(path)) ?? []);
            }
        }

        return new SnapServed(w.EndList().EndList().ToArray(), lookups);
    }
}
