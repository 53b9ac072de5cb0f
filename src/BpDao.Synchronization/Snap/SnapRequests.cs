using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary><c>[id, root, from, to, bytes]</c>: accounts from a hash on, up to another and the first behind it.</summary>
internal readonly record struct AccountRangeRequest(Hash256 Root, Hash256 From, Hash256 To, ulong Bytes)
{
    public byte[] Encode(ulong id) => new RlpWriter().StartList().Write(id).Write(Root).Write(From).Write(To).Write(Bytes).EndList().ToArray();

    public static bool TryDecode(ref RlpReader r, out AccountRangeRequest request)
    {
        bool ok = r.TryReadHash(out Hash256 root) & r.TryReadHash(out Hash256 from) & r.TryReadHash(out Hash256 to) & r.TryReadUInt64(out ulong bytes);
        request = new AccountRangeRequest(root, from, to, bytes);
        return ok && r.AtEnd;
    }
}

/// <summary><c>[id, root, [account, …], from, to, bytes]</c>: slots of accounts, of the first from a hash on; empty bounds are none.</summary>
internal sealed record StorageRangesRequest(Hash256 Root, IReadOnlyList<Hash256> Accounts, Hash256 From, Hash256 To, ulong Bytes)
{
    public byte[] Encode(ulong id)
    {
        RlpWriter w = new();
        w.StartList().Write(id).Write(Root);
        SnapLists.WriteHashes(w, Accounts);
        return w.Write(From.IsZero ? default : From.Bytes).Write(To == HashSpace.End ? default : To.Bytes).Write(Bytes).EndList().ToArray();
    }

    public static bool TryDecode(ref RlpReader r, [NotNullWhen(true)] out StorageRangesRequest? request)
    {
        request = null;
        if (!r.TryReadHash(out Hash256 root) || !SnapLists.TryReadHashes(ref r, out List<Hash256> accounts)
            || !r.TryReadBytes(out ReadOnlySpan<byte> from) || !r.TryReadBytes(out ReadOnlySpan<byte> to)
            || from.Length is not (0 or Hash256.Size) || to.Length is not (0 or Hash256.Size) || !r.TryReadUInt64(out ulong bytes) || !r.AtEnd)
        {
            return false;
        }

        request = new StorageRangesRequest(
            root, accounts, from.IsEmpty ? Hash256.Zero : new Hash256(from), to.IsEmpty ? HashSpace.End : new Hash256(to), bytes);
        return true;
    }
}

/// <summary><c>[id, [hash, …], bytes]</c>: codes by their hash.</summary>
internal sealed record ByteCodesRequest(IReadOnlyList<Hash256> Hashes, ulong Bytes)
{
    public byte[] Encode(ulong id)
    {
        RlpWriter w = new();
        w.StartList().Write(id);
        SnapLists.WriteHashes(w, Hashes);
        return w.Write(Bytes).EndList().ToArray();
    }

    public static bool TryDecode(ref RlpReader r, [NotNullWhen(true)] out ByteCodesRequest? request)
    {
        request = null;
        if (!SnapLists.TryReadHashes(ref r, out List<Hash256> hashes) || !r.TryReadUInt64(out ulong bytes) || !r.AtEnd) return false;
        request = new ByteCodesRequest(hashes, bytes);
        return true;
    }
}

/// <summary>Nodes of one trie: of the account trie without an owner, else of the storage trie of the account with that hash.</summary>
/// <param name="Paths">Nibbles.</param>
internal sealed record NodePaths(Hash256? Owner, IReadOnlyList<byte[]> Paths);

/// <summary><c>[id, root, [[path], [account, path, …], …], bytes]</c>: trie nodes by their path.</summary>
internal sealed record TrieNodesRequest(Hash256 Root, IReadOnlyList<NodePaths> Tries, ulong Bytes)
{
    public byte[] Encode(ulong id)
    {
        RlpWriter w = new();
        w.StartList().Write(id).Write(Root).StartList();
        foreach (NodePaths trie in Tries)
        {
            if (trie.Owner is { } owner) w.StartList().Write(owner);
            foreach (byte[] path in trie.Paths)
            {
                if (trie.Owner is null) w.StartList().Write(NodePath.Pack(path)).EndList();
                else w.Write(NodePath.Pack(path));
            }

            if (trie.Owner is not null) w.EndList();
        }

        return w.EndList().Write(Bytes).EndList().ToArray();
    }

    public static bool TryDecode(ref RlpReader r, [NotNullWhen(true)] out TrieNodesRequest? request)
    {
        request = null;
        if (!r.TryReadHash(out Hash256 root) || !r.TryReadList(out RlpReader groups)) return false;
        List<NodePaths> tries = [];
        for (int count = 0; !groups.AtEnd;)
        {
            if (!groups.TryReadList(out RlpReader group) || !TryReadGroup(ref group, out NodePaths? paths)) return false;
            if ((count += paths.Paths.Count) > SnapLimits.ItemsOfRequest) return false;
            tries.Add(paths);
        }

        if (!r.TryReadUInt64(out ulong bytes) || !r.AtEnd) return false;
        request = new TrieNodesRequest(root, tries, bytes);
        return true;
    }

    private static bool TryReadGroup(ref RlpReader group, [NotNullWhen(true)] out NodePaths? paths)
    {
        paths = null;
        if (!group.TryReadBytes(out ReadOnlySpan<byte> first)) return false;
        if (group.AtEnd)
        {
            if (!NodePath.TryUnpack(first, out byte[] only)) return false;
            paths = new NodePaths(null, [only]);
            return true;
        }

        if (first.Length != Hash256.Size) return false;
        List<byte[]> read = [];
        while (!group.AtEnd)
        {
            if (read.Count == SnapLimits.ItemsOfRequest || !group.TryReadBytes(out ReadOnlySpan<byte> packed) || !NodePath.TryUnpack(packed, out byte[] path)) return false;
            read.Add(path);
        }

        paths = new NodePaths(new Hash256(first), read);
        return true;
    }
}
