using BpDao.Core;
using BpDao.State.Ranges;
using BpDao.State.Trie;

namespace BpDao.State.Download;

/// <summary>What one trie node says about the stretch of keys below it.</summary>
public sealed class NodeContent
{
    private const int KeyNibbles = 2 * Hash256.Size;

    private readonly List<(byte[] Path, Hash256 Hash)> _children = [];
    private readonly List<Leaf> _leaves = [];
    private readonly List<(Hash256 From, Hash256 To)> _absent = [];
    private readonly Hash256 _end;
    private Hash256? _next;

    private NodeContent(byte[] path)
    {
        (Hash256 from, _end) = HashSpace.Below(path);
        _next = from;
    }

    /// <summary>Nodes to look at further down, by their path in nibbles.</summary>
    public IReadOnlyList<(byte[] Path, Hash256 Hash)> Children => _children;

    public IReadOnlyList<Leaf> Leaves => _leaves;

    /// <summary>Stretches without any leaf, both ends included.</summary>
    public IReadOnlyList<(Hash256 From, Hash256 To)> Absent => _absent;

    /// <summary>Reads a node whose hash is known to be right; null when its keys are not as long as hashes, so that it belongs to no state.</summary>
    /// <param name="path">The nibbles that lead to it.</param>
    /// <param name="row">Its RLP.</param>
    public static NodeContent? Read(byte[] path, byte[] row)
    {
        NodeContent content = new(path);
        if (!content.Add(TrieNodeCodec.Read(row, Keccak256.Hash(row)), path)) return null;
        if (content._next is { } rest && rest <= content._end) content._absent.Add((rest, content._end));
        return content;
    }

    private bool Add(TrieNode node, byte[] path)
    {
        switch (node)
        {
            case UnloadedNode:
                if (path.Length > KeyNibbles) return false;
                _children.Add((path, node.Hash));
                Cover(HashSpace.Below(path));
                return true;

            case LeafNode leaf:
                if (path.Length + leaf.Path.Length != KeyNibbles) return false;
                (Hash256 key, _) = HashSpace.Below([.. path, .. leaf.Path]);
                _leaves.Add(new Leaf(key, leaf.Value));
                Cover((key, key));
                return true;

            case ExtensionNode extension:
                return path.Length + extension.Path.Length < KeyNibbles && Add(extension.Child, [.. path, .. extension.Path]);

            case BranchNode branch:
                if (path.Length >= KeyNibbles || branch.Value is not null) return false;
                for (int i = 0; i < BranchNode.Width; i++)
                {
                    if (branch[i] is { } child && !Add(child, [.. path, (byte)i])) return false;
                }

                return true;

            default:
                return false;
        }
    }

    private void Cover((Hash256 From, Hash256 To) stretch)
    {
        if (_next is { } next && next < stretch.From) _absent.Add((next, HashSpace.Before(stretch.From)!.Value));
        _next = HashSpace.After(stretch.To);
    }
}
