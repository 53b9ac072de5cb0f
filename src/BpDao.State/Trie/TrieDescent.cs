using System.Runtime.InteropServices;
using BpDao.Core;

namespace BpDao.State.Trie;

/// <summary>Loads the nodes on the ways to many keys, level by level, so that each level asks the database once.</summary>
/// <remarks>A leaf is not loaded when the value in it is known: it is made from the value, and its hash tells whether it is the one.</remarks>
internal sealed class TrieDescent(ITrieNodes nodes)
{
    private readonly RlpWriter _leaves = new(4096);
    private readonly List<int> _leafEnds = [];
    private readonly List<int> _guessed = [];
    private readonly List<int> _missing = [];
    private List<Step> _level = [];
    private List<Step> _next = [];

    public void Load(ReadOnlySpan<TrieUpdate> updates)
    {
        foreach (TrieUpdate update in updates) Push(_level, new Step(update, null, 0, update.Trie.Root, update.From, update.To, update.Trie.Path.Length));
        while (_level.Count != 0)
        {
            LoadLevel();
            foreach (ref Step step in CollectionsMarshal.AsSpan(_level)) PushChildren(step);
            (_level, _next) = (_next, _level);
            _next.Clear();
        }
    }

    private static void Push(List<Step> level, in Step step)
    {
        if (step.Node is not null && step.From < step.To) level.Add(step);
    }

    private void PushChildren(in Step step)
    {
        TrieWrites writes = step.Update.Writes;
        switch (step.Node)
        {
            case ExtensionNode extension:
                (int from, int to, int depth) = (step.From, step.To, step.Depth);
                foreach (byte nibble in extension.Path)
                {
                    from = writes.FirstAtLeast(nibble, from, to, depth);
                    to = writes.FirstAtLeast(nibble + 1, from, to, depth++);
                }

                Push(_next, new Step(step.Update, extension, 0, extension.Child, from, to, depth));
                break;

            case BranchNode branch:
                for (int begin = step.From; begin < step.To;)
                {
                    int nibble = writes.Key(begin)[step.Depth];
                    int end = writes.FirstAtLeast(nibble + 1, begin, step.To, step.Depth);
                    Push(_next, new Step(step.Update, branch, nibble, branch[nibble], begin, end, step.Depth + 1));
                    begin = end;
                }

                break;
        }
    }

    private void LoadLevel()
    {
        Span<Step> level = CollectionsMarshal.AsSpan(_level);
        for (int i = 0; i < level.Length; i++)
        {
            if (level[i].Node is not UnloadedNode node) continue;
            if (nodes.Recall(node.Hash) is { } row) Place(ref level[i], level[i].Update.Trie.Loaded(node.Hash, level[i].Path, row));
            else if (level[i].OnlyBefore is { } value) Guess(i, level[i], value);
            else _missing.Add(i);
        }

        CheckGuesses(level);
        LoadMissing(level);
    }

    private void Guess(int index, in Step step, byte[] value)
    {
        TrieNodeCodec.WriteLeaf(_leaves, step.Update.Writes.Key(step.From)[step.Depth..], value);
        _leafEnds.Add(_leaves.Length);
        _guessed.Add(index);
    }

    private void CheckGuesses(Span<Step> level)
    {
        Hash256[] hashes = new Hash256[_guessed.Count];
        KeccakBatch.Hash(_leaves.WrittenSpan, CollectionsMarshal.AsSpan(_leafEnds), hashes);
        for (int i = 0; i < hashes.Length; i++)
        {
            ref Step step = ref level[_guessed[i]];
            if (step.Node!.Hash != hashes[i])
            {
                _missing.Add(_guessed[i]);
                continue;
            }

            Place(ref step, new LeafNode(step.Update.Writes.Key(step.From)[step.Depth..].ToArray(), step.OnlyBefore!)
            {
                Row = _leaves.WrittenSpan[(i == 0 ? 0 : _leafEnds[i - 1]).._leafEnds[i]].ToArray(), Hash = hashes[i], IsDirty = false,
            });
        }

        _leaves.Clear();
        _leafEnds.Clear();
        _guessed.Clear();
    }

    private void LoadMissing(Span<Step> level)
    {
        if (_missing.Count == 0) return;
        byte[][] keys = new byte[_missing.Count][];
        Hash256[] hashes = new Hash256[keys.Length];
        byte[]?[] rows = new byte[]?[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            ref Step step = ref level[_missing[i]];
            keys[i] = step.Update.Trie.RowKey(step.Path);
            hashes[i] = step.Node!.Hash;
        }

        nodes.Load(keys, hashes, rows);
        for (int i = 0; i < keys.Length; i++)
        {
            ref Step step = ref level[_missing[i]];
            Place(ref step, step.Update.Trie.Loaded(hashes[i], step.Path, rows[i]));
        }

        _missing.Clear();
    }

    private static void Place(ref Step step, TrieNode node)
    {
        step = step with { Node = node };
        switch (step.Parent)
        {
            case null:
                step.Update.Trie.Root = node;
                break;
            case ExtensionNode extension:
                extension.Child = node;
                break;
            case BranchNode branch:
                branch[step.Nibble] = node;
                break;
        }
    }

    /// <summary>A node, where it hangs, and the writes whose way goes through it.</summary>
    private readonly record struct Step(TrieUpdate Update, TrieNode? Parent, int Nibble, TrieNode? Node, int From, int To, int Depth)
    {
        public ReadOnlySpan<byte> Path => Update.Writes.Key(From)[..Depth];

        /// <summary>The value before the only write below; null when there are more, or it is not known.</summary>
        public byte[]? OnlyBefore => To - From == 1 ? Update.Writes.Before(From) : null;
    }
}
