using BpDao.Core;
using BpDao.State.Ranges;
using BpDao.State.Tests.Trie;
using BpDao.State.Trie;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests.Ranges;

public sealed class RangeProofTests
{
    // Keys of few distinct bytes in front share long beginnings; some differ in the last byte only. Short values make nodes inside nodes.
    private static readonly Gen<Hash256> Key = Gen.Select(Gen.Int[0, 40], Gen.Byte, Gen.Int[0, 2], Near);
    private static readonly Gen<byte[]> Value = Gen.Frequency((1, Gen.Byte[1, 255].Array[1, 2]), (2, Gen.Byte[1, 255].Array[30, 60]));
    private static readonly Gen<Leaf[]> Leaves = Gen.Select(Key, Value, (key, value) => new Leaf(key, value)).Array[1, 60].Select(InOrder);

    [Fact]
    public void Any_stretch_of_any_trie_is_proved() => Gen.Select(Leaves, Key, Gen.Int[0, 60]).Sample(
        (leaves, origin, most) =>
        {
            ProvedTrie trie = new(leaves);
            Leaf[] range = trie.Range(origin, most);
            bool more = leaves.Length > 0 && leaves[^1].Key >= origin && (range.Length == 0 || range[^1].Key != leaves[^1].Key);
            if (range.Length == 0 && more) return;
            Assert.Equal(more ? RangeVerdict.More : RangeVerdict.Last, RangeProof.Verify(trie.Root, origin, range, trie.Prove(origin, range)));
        },
        iter: 2000);

    [Fact]
    public void A_whole_trie_needs_no_proof() => Leaves.Sample(
        leaves => Assert.Equal(RangeVerdict.Last, RangeProof.Verify(new ProvedTrie(leaves).Root, Hash256.Zero, leaves, [])), iter: 300);

    [Fact]
    public void An_empty_trie_has_no_leaves()
    {
        Assert.Equal(RangeVerdict.Last, RangeProof.Verify(Account.EmptyTrieRoot, Hash256.Zero, [], []));
        Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(Account.EmptyTrieRoot, Hash256.Zero, [new Leaf(Hash256.Zero, new byte[] { 1 })], []));
    }

    [Fact]
    public void A_single_leaf_is_proved_from_itself_from_before_and_absent_behind()
    {
        Leaf leaf = new(Near(3, 7, 0), new byte[] { 1, 2, 3 });
        ProvedTrie trie = new([leaf]);
        Assert.Equal(RangeVerdict.Last, RangeProof.Verify(trie.Root, leaf.Key, [leaf], trie.Prove(leaf.Key, [leaf])));
        Assert.Equal(RangeVerdict.Last, RangeProof.Verify(trie.Root, Hash256.Zero, [leaf], trie.Prove(Hash256.Zero, [leaf])));
        Assert.Equal(RangeVerdict.Last, RangeProof.Verify(trie.Root, Last, [], trie.Prove(Last, [])));
        Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(trie.Root, leaf.Key, [], trie.Prove(leaf.Key, [leaf])));
    }

    [Fact]
    public void Nothing_is_not_a_proof_of_nothing() => Leaves.Sample(
        leaves => Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(new ProvedTrie(leaves).Root, Hash256.Zero, [], [])), iter: 100);

    [Fact]
    public void A_stretch_with_a_leaf_dropped_added_changed_or_swapped_is_refused() =>
        Gen.Select(Leaves, Key, Gen.Int[1, 60], Gen.Int[0, 59], Gen.Int[0, 4], Key).Sample(
            (leaves, origin, most, at, kind, other) =>
            {
                ProvedTrie trie = new(leaves);
                Leaf[] range = trie.Range(origin, most);
                if (range.Length == 0) return;
                IReadOnlyList<byte[]> proof = trie.Prove(origin, range);
                at %= range.Length;
                List<Leaf> lie = [.. range];
                switch (kind)
                {
                    case 0:
                        lie.RemoveAt(at);
                        break;
                    case 1:
                        if (leaves.Any(l => l.Key == other) || other < origin) return;
                        lie.Add(new Leaf(other, new byte[] { 9 }));
                        lie = [.. InOrder([.. lie])];
                        break;
                    case 2:
                        lie[at] = lie[at] with { Value = (byte[])[.. lie[at].Value.Span, 1] };
                        break;
                    case 3:
                        if (range.Length < 2 || at == 0) return;
                        (lie[at - 1], lie[at]) = (lie[at], lie[at - 1]);
                        break;
                    default:
                        if (range.Length < 2 || at == 0 || lie[at].Value.Span.SequenceEqual(lie[at - 1].Value.Span)) return;
                        (lie[at - 1], lie[at]) = (lie[at - 1] with { Value = lie[at].Value }, lie[at] with { Value = lie[at - 1].Value });
                        break;
                }

                RangeVerdict verdict = RangeProof.Verify(trie.Root, origin, lie, proof);
                bool isPrefix = lie.Count < range.Length && lie.SequenceEqual(range.Take(lie.Count));
                // A prefix may happen to be proved, when the nodes on the way to its end are all there: then it is true.
                if (!isPrefix || lie.Count == 0) Assert.Equal(RangeVerdict.Invalid, verdict);
                else Assert.NotEqual(RangeVerdict.Last, verdict);
            },
            iter: 5000);

    [Fact]
    public void A_proof_with_a_node_missing_or_changed_is_refused() =>
        Gen.Select(Leaves, Key, Gen.Int[1, 60], Gen.Int[0, 20], Gen.Bool, Gen.Int[0, 1000]).Sample(
            (leaves, origin, most, node, drop, bit) =>
            {
                ProvedTrie trie = new(leaves);
                Leaf[] range = trie.Range(origin, most);
                List<byte[]> proof = [.. trie.Prove(origin, range)];
                if (range.Length == 0) return;
                node %= proof.Count;
                byte[] changed = [.. proof[node]];
                changed[bit / 8 % changed.Length] ^= (byte)(1 << (bit % 8));
                if (drop) proof.RemoveAt(node);
                else proof[node] = changed;
                // With no node left it claims to be the whole trie, which it may be.
                if (proof.Count == 0 && range.Length == leaves.Length) return;
                Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(trie.Root, origin, range, proof));
            },
            iter: 3000);

    [Fact]
    public void A_proof_of_another_trie_or_another_origin_is_refused() =>
        Gen.Select(Leaves, Leaves, Key, Key).Sample(
            (leaves, others, origin, later) =>
            {
                ProvedTrie trie = new(leaves), other = new(others);
                Leaf[] range = trie.Range(origin, 10);
                if (range.Length == 0) return;
                if (trie.Root != other.Root)
                {
                    Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(other.Root, origin, range, trie.Prove(origin, range)));
                }

                // Skipping ahead: what follows a later origin is not all that follows an earlier one.
                if (later <= range[0].Key || later > leaves[^1].Key) return;
                Leaf[] skipped = trie.Range(later, 10);
                Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(trie.Root, origin, skipped, trie.Prove(later, skipped)));
                Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(trie.Root, origin, skipped, [.. trie.Prove(origin, []), .. trie.Prove(later, skipped)]));
            },
            iter: 1000);

    [Fact]
    public void Absence_is_not_proved_where_leaves_follow() => Gen.Select(Leaves, Key).Sample(
        (leaves, origin) =>
        {
            ProvedTrie trie = new(leaves);
            if (leaves[^1].Key < origin) return;
            Assert.Equal(RangeVerdict.Invalid, RangeProof.Verify(trie.Root, origin, [], trie.Prove(origin, [])));
        },
        iter: 500);

    private static Hash256 Last { get; } = new(Enumerable.Repeat((byte)0xff, Hash256.Size).ToArray());

    private static Hash256 Near(int head, byte tail, int kind)
    {
        byte[] key = Keccak256.Hash([(byte)(kind == 0 ? head : head % 3)]).ToArray();
        key[0] = (byte)(head % 5 * 0x33);
        if (kind == 1) key[^1] = tail;
        if (kind == 2) key[2] = tail;
        return new Hash256(key);
    }

    private static Leaf[] InOrder(Leaf[] leaves) => [.. leaves.GroupBy(l => l.Key).Select(g => g.First()).OrderBy(l => l.Key)];

    private sealed class ProvedTrie
    {
        private readonly NodeTable _nodes = new();
        private readonly Leaf[] _leaves;

        public ProvedTrie(Leaf[] leaves)
        {
            _leaves = leaves;
            MerkleTrie trie = new(_nodes, [], Account.EmptyTrieRoot);
            foreach (Leaf leaf in leaves) trie.Set(Nibbles.Expand(leaf.Key.Bytes), leaf.Value.ToArray());
            Root = _nodes.Apply(trie);
        }

        public Hash256 Root { get; }

        public Leaf[] Range(Hash256 origin, int most) => [.. _leaves.Where(l => l.Key >= origin).Take(most)];

        public IReadOnlyList<byte[]> Prove(Hash256 origin, Leaf[] range)
        {
            MerkleTrie trie = new(_nodes, [], Root);
            return range.Length == 0 ? trie.Prove(origin.Bytes) : [.. trie.Prove(origin.Bytes).Concat(trie.Prove(range[^1].Key.Bytes)).DistinctBy(Convert.ToHexString)];
        }
    }
}
