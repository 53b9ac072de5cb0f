using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>RLP of trie nodes (Yellow Paper appendix D).</summary>
internal static class TrieNodeCodec
{
    private const int LongestPackedPathOnStack = 128;
    private const byte EmptyItem = 0x80;
    private const byte HashItem = 0x80 + Hash256.Size;
    private const byte FirstList = 0xc0;

    /// <summary>Encodes a node whose children are all hashed.</summary>
    public static void Write(RlpWriter writer, TrieNode node)
    {
        writer.StartList();
        switch (node)
        {
            case LeafNode leaf:
                WritePath(writer, leaf.Path, isLeaf: true);
                writer.Write(leaf.Value);
                break;
            case ExtensionNode extension:
                WritePath(writer, extension.Path, isLeaf: false);
                WriteReference(writer, extension.Child);
                break;
            case BranchNode branch:
                for (int i = 0; i < BranchNode.Width; i++)
                {
                    ReadOnlySpan<byte> unread = branch.Unread(i);
                    if (unread.IsEmpty) WriteReference(writer, branch.InMemory(i));
                    else writer.WriteRaw(unread);
                }

                writer.Write(branch.Value);
                break;
            default:
                throw new InvalidOperationException("A node that is not loaded has no encoding.");
        }

        writer.EndList();
    }

    /// <summary>Writes the leaf that <see cref="Write"/> would, without making a node of it.</summary>
    public static void WriteLeaf(RlpWriter writer, ReadOnlySpan<byte> path, ReadOnlySpan<byte> value)
    {
        writer.StartList();
        WritePath(writer, path, isLeaf: true);
        writer.Write(value).EndList();
    }

    /// <summary>Reads the node whose row that is.</summary>
    /// <param name="row">RLP; the node goes on using it.</param>
    /// <param name="hash">Of the row.</param>
    /// <exception cref="StateCorruptException">The bytes are no node.</exception>
    public static TrieNode Read(byte[] row, in Hash256 hash)
    {
        TrieNode node = Read(row);
        node.Row = row;
        node.Hash = hash;
        node.IsDirty = false;
        return node;
    }

    private static TrieNode Read(byte[] rlp)
    {
        RlpReader outer = new(rlp);
        if (!outer.TryReadList(out RlpReader items) || !outer.AtEnd) throw Malformed();
        RlpReader behindTwo = items;
        if (!behindTwo.TryReadRaw(out _) || !behindTwo.TryReadRaw(out _)) throw Malformed();
        return behindTwo.AtEnd ? ReadShort(ref items) : ReadBranch(rlp, rlp.Length - items.Rest.Length);
    }

    private static void WritePath(RlpWriter writer, ReadOnlySpan<byte> path, bool isLeaf)
    {
        int length = Nibbles.PackedLength(path.Length);
        Span<byte> packed = length <= LongestPackedPathOnStack ? stackalloc byte[length] : new byte[length];
        Nibbles.Pack(path, isLeaf, packed);
        writer.Write(packed);
    }

    private static void WriteReference(RlpWriter writer, TrieNode? node)
    {
        if (node is null) writer.Write(ReadOnlySpan<byte>.Empty);
        else if (node.Embedded is { } embedded) writer.WriteRaw(embedded);
        else writer.Write(node.Hash);
    }

    private static TrieNode ReadShort(ref RlpReader items)
    {
        if (!items.TryReadBytes(out ReadOnlySpan<byte> packed) || !Nibbles.TryUnpack(packed, out byte[] path, out bool isLeaf)) throw Malformed();
        if (isLeaf) return items.TryReadBytes(out ReadOnlySpan<byte> value) ? new LeafNode(path, value.ToArray()) : throw Malformed();
        if (items.IsList) return items.TryReadRaw(out ReadOnlySpan<byte> embedded) ? new ExtensionNode(path, ReadEmbedded(embedded)) : throw Malformed();
        if (!items.TryReadBytes(out ReadOnlySpan<byte> hash) || hash.Length != Hash256.Size) throw Malformed();
        return new ExtensionNode(path, new UnloadedNode(new Hash256(hash)));
    }

    private static BranchNode ReadBranch(byte[] rlp, int at)
    {
        BranchNode branch = new(rlp);
        for (int i = 0; i < BranchNode.Width; i++)
        {
            if (at >= rlp.Length) throw Malformed();
            switch (rlp[at])
            {
                case EmptyItem:
                    at++;
                    break;
                case HashItem:
                    if (at + Hash256.Size >= rlp.Length) throw Malformed();
                    branch.LeaveUnread(i, at);
                    at += 1 + Hash256.Size;
                    break;
                case >= FirstList:
                    if (!new RlpReader(rlp.AsSpan(at)).TryReadRaw(out ReadOnlySpan<byte> embedded)) throw Malformed();
                    branch[i] = ReadEmbedded(embedded);
                    at += embedded.Length;
                    break;
                default:
                    throw Malformed();
            }
        }

        RlpReader rest = new(rlp.AsSpan(at));
        if (!rest.TryReadBytes(out ReadOnlySpan<byte> value) || !rest.AtEnd) throw Malformed();
        branch.Value = value.IsEmpty ? null : value.ToArray();
        return branch;
    }

    private static TrieNode ReadEmbedded(ReadOnlySpan<byte> rlp)
    {
        byte[] embedded = rlp.ToArray();
        TrieNode node = Read(embedded);
        node.Embedded = embedded;
        node.IsDirty = false;
        return node;
    }

    private static StateCorruptException Malformed() => new("A trie node in the database is malformed.");
}
