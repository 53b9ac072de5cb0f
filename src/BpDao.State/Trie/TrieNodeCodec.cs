using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>RLP of trie nodes (Yellow Paper appendix D).</summary>
internal static class TrieNodeCodec
{
    private const int LongestPackedPathOnStack = 128;

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
                foreach (TrieNode? child in branch.Children) WriteReference(writer, child);
                writer.Write(branch.Value);
                break;
            default:
                throw new InvalidOperationException("A node that is not loaded has no encoding.");
        }

        writer.EndList();
    }

    /// <summary>Reads a node; its reference is left for the caller to fill in.</summary>
    /// <exception cref="StateCorruptException">The bytes are no node.</exception>
    public static TrieNode Read(ReadOnlySpan<byte> rlp)
    {
        RlpReader outer = new(rlp);
        if (!outer.TryReadList(out RlpReader items) || !outer.AtEnd) throw Malformed();
        return CountItems(items) switch
        {
            2 => ReadShort(ref items),
            17 => ReadBranch(ref items),
            _ => throw Malformed(),
        };
    }

    /// <summary>An item is named by its hash when its RLP is at least as long as one.</summary>
    public static bool IsHash(ReadOnlySpan<byte> reference) => reference.Length == Hash256.Size;

    private static void WritePath(RlpWriter writer, byte[] path, bool isLeaf)
    {
        int length = Nibbles.PackedLength(path.Length);
        Span<byte> packed = length <= LongestPackedPathOnStack ? stackalloc byte[length] : new byte[length];
        Nibbles.Pack(path, isLeaf, packed);
        writer.Write(packed);
    }

    private static void WriteReference(RlpWriter writer, TrieNode? node)
    {
        if (node is null) writer.Write(ReadOnlySpan<byte>.Empty);
        else if (IsHash(node.Reference)) writer.Write(node.Reference);
        else writer.WriteRaw(node.Reference);
    }

    private static TrieNode ReadShort(ref RlpReader items)
    {
        if (!items.TryReadBytes(out ReadOnlySpan<byte> packed) || !Nibbles.TryUnpack(packed, out byte[] path, out bool isLeaf)) throw Malformed();
        if (isLeaf) return items.TryReadBytes(out ReadOnlySpan<byte> value) ? new LeafNode(path, value.ToArray()) : throw Malformed();
        return new ExtensionNode(path, ReadReference(ref items) ?? throw Malformed());
    }

    private static BranchNode ReadBranch(ref RlpReader items)
    {
        BranchNode branch = new();
        for (int i = 0; i < 16; i++) branch.Children[i] = ReadReference(ref items);
        if (!items.TryReadBytes(out ReadOnlySpan<byte> value)) throw Malformed();
        branch.Value = value.IsEmpty ? null : value.ToArray();
        return branch;
    }

    private static TrieNode? ReadReference(ref RlpReader items)
    {
        if (items.IsList)
        {
            if (!items.TryReadRaw(out ReadOnlySpan<byte> embedded)) throw Malformed();
            TrieNode node = Read(embedded);
            node.Reference = embedded.ToArray();
            return node;
        }

        if (!items.TryReadBytes(out ReadOnlySpan<byte> hash)) throw Malformed();
        return hash.Length switch
        {
            0 => null,
            Hash256.Size => new UnloadedNode(hash.ToArray()),
            _ => throw Malformed(),
        };
    }

    private static int CountItems(RlpReader items)
    {
        int count = 0;
        for (; !items.AtEnd; count++)
        {
            if (!items.TryReadRaw(out _)) throw Malformed();
        }

        return count;
    }

    private static StateCorruptException Malformed() => new("A trie node in the database is malformed.");
}
