using BpDao.Core;
using BpDao.State;
using BpDao.State.Ranges;
using BpDao.Synchronization.Snap;
using CsCheck;
using Xunit;

namespace BpDao.Synchronization.Tests.Snap;

public sealed class SnapServerTests : IDisposable
{
    // What the last item and a proof may add to the bytes that were asked for.
    private const int Beyond = 66 * 600;

    private readonly SourceState _source = new(400, largeSlots: 15_000);
    private readonly SnapServer _server;

    public SnapServerTests() => _server = new SnapServer(_source.Store);

    private Hash256 Root => _source.Head.StateRoot;

    public void Dispose() => _source.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000)]
    [InlineData(ulong.MaxValue)]
    public void Accounts_come_in_order_with_a_proof_and_no_more_than_was_asked_for(ulong bytes)
    {
        Hash256 from = Keccak256.Hash([1]);
        byte[] answer = Ask(SnapCode.GetAccountRange, new AccountRangeRequest(Root, from, HashSpace.End, bytes).Encode(7));
        Assert.True((ulong)answer.Length <= Math.Min(bytes, SnapLimits.ServedBytes) + Beyond);
        (List<Leaf> accounts, List<byte[]> proof) = ReadAccounts(answer);
        Assert.NotEmpty(accounts);
        if (bytes < 2) Assert.Single(accounts);
        RangeVerdict expected = bytes == ulong.MaxValue ? RangeVerdict.Last : RangeVerdict.More;
        Assert.Equal(expected, RangeProof.Verify(Root, from, accounts, proof));
    }

    [Fact]
    public void Accounts_end_with_the_first_that_is_not_before_the_limit()
    {
        (List<Leaf> all, List<byte[]> proof) = ReadAccounts(Ask(SnapCode.GetAccountRange, new AccountRangeRequest(Root, Hash256.Zero, HashSpace.End, ulong.MaxValue).Encode(7)));
        Assert.Equal(400, all.Count);
        Assert.Empty(proof);

        Hash256 behind = HashSpace.After(all[9].Key)!.Value;
        (List<Leaf> some, List<byte[]> edges) = ReadAccounts(Ask(SnapCode.GetAccountRange, new AccountRangeRequest(Root, all[3].Key, behind, ulong.MaxValue).Encode(7)));
        Assert.Equal(all.Skip(3).Take(8).Select(a => a.Key), some.Select(a => a.Key));
        Assert.Equal(RangeVerdict.More, RangeProof.Verify(Root, all[3].Key, some, edges));
    }

    [Fact]
    public void Behind_the_last_account_its_absence_is_proved()
    {
        (List<Leaf> accounts, List<byte[]> proof) = ReadAccounts(Ask(SnapCode.GetAccountRange, new AccountRangeRequest(Root, HashSpace.End, HashSpace.End, 1000).Encode(7)));
        Assert.Empty(accounts);
        Assert.Equal(RangeVerdict.Last, RangeProof.Verify(Root, HashSpace.End, [], proof));
    }

    [Fact]
    public void Storages_come_whole_until_one_does_not_fit_and_that_one_is_proved()
    {
        Hash256[] owners = Owners(15);
        byte[] answer = Ask(SnapCode.GetStorageRanges, new StorageRangesRequest(Root, owners, Hash256.Zero, HashSpace.End, 40_000).Encode(7));
        Assert.True(answer.Length < 40_000 + Beyond);
        (List<List<Leaf>> slots, List<byte[]> proof) = ReadSlots(answer);
        Assert.InRange(slots.Count, 1, owners.Length - 1);
        using StateRanges ranges = _source.Store.OpenRanges(Root)!;
        for (int i = 0; i < slots.Count; i++)
        {
            bool isLast = i == slots.Count - 1;
            Hash256 root = ranges.Account(owners[i])!.Value.StorageRoot;
            Assert.Equal(isLast ? RangeVerdict.More : RangeVerdict.Last, RangeProof.Verify(root, Hash256.Zero, slots[i], isLast ? proof : []));
        }

        Hash256 next = HashSpace.After(slots[^1][^1].Key)!.Value, owner = owners[slots.Count - 1];
        (List<List<Leaf>> rest, List<byte[]> edges) = ReadSlots(Ask(SnapCode.GetStorageRanges, new StorageRangesRequest(Root, [owner], next, HashSpace.End, 40_000).Encode(7)));
        Assert.Equal(RangeVerdict.More, RangeProof.Verify(ranges.Account(owner)!.Value.StorageRoot, next, Assert.Single(rest), edges));
    }

    [Fact]
    public void However_much_is_asked_for_an_answer_is_bounded()
    {
        byte[] answer = Ask(SnapCode.GetStorageRanges, new StorageRangesRequest(Root, Owners(400), Hash256.Zero, HashSpace.End, ulong.MaxValue).Encode(7));
        Assert.InRange(answer.Length, SnapLimits.ServedBytes - 100, SnapLimits.ServedBytes + Beyond);
    }

    [Fact]
    public void A_state_or_an_account_that_is_not_there_gets_an_empty_answer()
    {
        Hash256 unknown = Keccak256.Hash([5]);
        Assert.Equal(SnapAnswers.Nothing(7, true), Ask(SnapCode.GetAccountRange, new AccountRangeRequest(unknown, Hash256.Zero, HashSpace.End, 99).Encode(7)));
        Assert.Equal(SnapAnswers.Nothing(7, true), Ask(SnapCode.GetStorageRanges, new StorageRangesRequest(unknown, Owners(1), Hash256.Zero, HashSpace.End, 99).Encode(7)));
        Assert.Equal(SnapAnswers.Nothing(7, true), Ask(SnapCode.GetStorageRanges, new StorageRangesRequest(Root, [unknown], Hash256.Zero, HashSpace.End, 99).Encode(7)));
        Assert.Equal(SnapAnswers.Nothing(7, false), Ask(SnapCode.GetTrieNodes, new TrieNodesRequest(unknown, [new NodePaths(null, [[]])], 99).Encode(7)));
        Assert.Equal(SnapAnswers.Nothing(7, false), Ask(SnapCode.GetByteCodes, new ByteCodesRequest([unknown], 99).Encode(7)));
    }

    [Fact]
    public void Codes_come_in_the_order_of_the_request_without_those_that_are_unknown()
    {
        Account[] accounts = Contracts().ToArray();
        Hash256 first = accounts[1].CodeHash, second = accounts[0].CodeHash;
        Assert.Equal([first, second], Items(Ask(SnapCode.GetByteCodes, new ByteCodesRequest([first, Keccak256.Hash([9]), second], 99_999).Encode(7))).Select(c => Keccak256.Hash(c)));
        Assert.Single(Items(Ask(SnapCode.GetByteCodes, new ByteCodesRequest([first, second], 1).Encode(7))));
    }

    [Fact]
    public void Nodes_come_in_the_order_of_their_paths_and_one_that_is_not_there_is_empty()
    {
        using StateRanges ranges = _source.Store.OpenRanges(Root)!;
        Hash256 owner = Owners(1)[0];
        TrieNodesRequest request = new(Root, [new NodePaths(null, [[], [3]]), new NodePaths(owner, [[], [1, 2, 3, 4, 5, 6, 7, 8]]), new NodePaths(null, [[7]])], 99_999);
        List<byte[]> nodes = Items(Ask(SnapCode.GetTrieNodes, request.Encode(7)));
        Assert.Equal([ranges.AccountNode([])!, ranges.AccountNode([3])!, ranges.StorageNode(owner, [])!, [], ranges.AccountNode([7])!], nodes);
    }

    [Fact]
    public void Nothing_that_is_sent_throws() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 300], Gen.Byte, Gen.Int[0, 3]).Sample(
        (kind, at, to, cut) =>
        {
            byte[] request = kind switch
            {
                0 => new AccountRangeRequest(Root, Hash256.Zero, HashSpace.End, 500).Encode(1),
                1 => new StorageRangesRequest(Root, Owners(3), Hash256.Zero, HashSpace.End, 500).Encode(1),
                2 => new ByteCodesRequest(Owners(3), 500).Encode(1),
                _ => new TrieNodesRequest(Root, [new NodePaths(null, [[], [1]]), new NodePaths(Owners(1)[0], [[], [1, 2]])], 500).Encode(1),
            };
            request[at % request.Length] = to;
            _server.Answer(kind * 2, request.AsSpan(0, request.Length - cut));
        },
        iter: 20_000);

    [Fact]
    public void A_request_that_names_too_much_is_malformed()
    {
        Hash256[] many = [.. Enumerable.Range(0, SnapLimits.ItemsOfRequest + 1).Select(i => Keccak256.Hash(BitConverter.GetBytes(i)))];
        Assert.Null(_server.Answer(SnapCode.GetByteCodes, new ByteCodesRequest(many, 1).Encode(1)).Payload);
        Assert.Null(_server.Answer(SnapCode.GetStorageRanges, new StorageRangesRequest(Root, many, Hash256.Zero, HashSpace.End, 1).Encode(1)).Payload);
        NodePaths[] paths = [.. many.Select(_ => new NodePaths(null, [[]]))];
        Assert.Null(_server.Answer(SnapCode.GetTrieNodes, new TrieNodesRequest(Root, paths, 1).Encode(1)).Payload);
    }

    private byte[] Ask(int code, byte[] request) => _server.Answer(code, request).Payload ?? throw new InvalidOperationException("The request is malformed.");

    /// <summary>The first accounts that have storage.</summary>
    private Hash256[] Owners(int count)
    {
        using StateRanges ranges = _source.Store.OpenRanges(Root)!;
        List<Hash256> owners = [];
        using LeafWalk walk = ranges.Accounts(Hash256.Zero);
        while (owners.Count < count && walk.MoveNext())
        {
            if (ranges.Account(walk.Key)!.Value.HasStorage) owners.Add(walk.Key);
        }

        return [.. owners];
    }

    private IEnumerable<Account> Contracts()
    {
        using StateView view = _source.Store.OpenView(Root)!;
        foreach (int index in (int[])[0, 10])
        {
            Assert.True(view.TryGetAccount(SourceState.AddressOf(index), out Account account));
            yield return account;
        }
    }

    private static (List<Leaf> Accounts, List<byte[]> Proof) ReadAccounts(byte[] answer)
    {
        Assert.True(SnapAnswers.TryReadId(answer, out RlpReader r, out ulong id) && id == 7);
        Assert.True(SnapAnswers.TryReadAccounts(ref r, out List<(Hash256 Key, byte[] Slim)> accounts, out List<byte[]> proof));
        List<Leaf> leaves = [];
        foreach ((Hash256 key, byte[] slim) in accounts)
        {
            Assert.True(SlimAccount.TryRead(slim, out Account account));
            leaves.Add(new Leaf(key, SlimAccount.ToTrie(account)));
        }

        return (leaves, proof);
    }

    private static (List<List<Leaf>> Slots, List<byte[]> Proof) ReadSlots(byte[] answer)
    {
        Assert.True(SnapAnswers.TryReadId(answer, out RlpReader r, out ulong id) && id == 7);
        Assert.True(SnapAnswers.TryReadSlots(ref r, 1024, out List<List<Leaf>> slots, out List<byte[]> proof));
        return (slots, proof);
    }

    private static List<byte[]> Items(byte[] answer)
    {
        Assert.True(SnapAnswers.TryReadId(answer, out RlpReader r, out ulong id) && id == 7);
        Assert.True(SnapAnswers.TryReadItems(ref r, 1024, out List<byte[]>? items));
        return items;
    }
}
