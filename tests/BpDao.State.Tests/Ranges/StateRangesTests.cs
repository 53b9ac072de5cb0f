using BpDao.Core;
using BpDao.Db.Memory;
using BpDao.State.Ranges;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests.Ranges;

public sealed class StateRangesTests
{
    [Fact]
    public void Every_kept_state_is_walked_and_proved_as_it_was() =>
        Gen.Select(StateModel.Diffs.Array[2, 25], Gen.Int[0, 15], Gen.Int[1, 12]).Sample(
            (diffs, start, most) =>
            {
                using MemoryDb db = new();
                StateChain chain = new(db, new StateOptions(12));
                foreach (StateDiff diff in diffs) chain.Append(diff);
                Hash256 from = HashOf(StateModel.Addresses[start % StateModel.Addresses.Length]);
                for (ulong number = chain.Store.Head!.Oldest; number <= chain.Store.Head.Number; number++)
                {
                    StateModel model = chain.Models[(int)number];
                    using StateRanges ranges = chain.Store.OpenRanges(model.Root())!;
                    using StateView view = chain.Store.OpenView(model.Root())!;
                    Hash256[] expected = [.. StateModel.Addresses.Where(a => view.TryGetAccount(a, out _)).Select(HashOf).Where(h => h >= from).Order()];
                    Leaf[] accounts = Accounts(ranges, from, most);
                    Assert.Equal(expected.Take(most), accounts.Select(a => a.Key));
                    AssertProved(expected.Length > most, model.Root(), from, accounts, ranges.ProveAccounts(from, accounts.Length == 0 ? null : accounts[^1].Key));
                    foreach (Address address in StateModel.Addresses) AssertStorage(ranges, view, address, from, most);
                }

                Assert.Null(chain.Store.OpenRanges(Keccak256.Hash([1])));
            },
            iter: 60);

    [Fact]
    public void A_row_that_every_block_changes_is_found_at_every_block()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Archive);
        Address hot = StateModel.Addresses[0], calm = StateModel.Addresses[1];
        for (int i = 0; i < 60; i++)
        {
            StateDiff diff = new();
            diff.Accounts[hot] = new AccountDiff { Exists = i % 7 != 6, Nonce = (ulong)i };
            diff.Accounts[calm] = new AccountDiff { Exists = true, Nonce = i < 30 ? 1ul : 2 };
            chain.Append(diff);
        }

        for (int i = 0; i < 60; i++)
        {
            using StateRanges ranges = chain.Store.OpenRanges(chain.Models[i].Root())!;
            Leaf[] accounts = Accounts(ranges, Hash256.Zero, 10);
            Assert.Equal(i % 7 != 6 ? 2 : 1, accounts.Length);
            Assert.Equal(RangeVerdict.Last, RangeProof.Verify(ranges.Root, Hash256.Zero, accounts, []));
        }
    }

    [Fact]
    public void Nodes_are_found_by_their_path_and_code_by_its_hash()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        StateDiff diff = new();
        byte[] code = [1, 2, 3];
        diff.Code[Keccak256.Hash(code)] = code;
        diff.Accounts[StateModel.Addresses[0]] = new AccountDiff { Exists = true, CodeHash = Keccak256.Hash(code), Storage = new() { [1] = 7, [2] = 8 } };
        diff.Accounts[StateModel.Addresses[1]] = new AccountDiff { Exists = true, Nonce = 1 };
        chain.Append(diff);

        using StateRanges ranges = chain.Store.OpenRanges(chain.Head.Root())!;
        Hash256 owner = HashOf(StateModel.Addresses[0]);
        Assert.Equal(ranges.Root, Keccak256.Hash(ranges.AccountNode([])));
        Assert.Equal(ranges.Account(owner)!.Value.StorageRoot, Keccak256.Hash(ranges.StorageNode(owner, [])));
        Assert.Null(ranges.AccountNode([1, 2, 3, 4, 5]));
        Assert.Equal(code, ranges.Code(Keccak256.Hash(code))!.Value.ToArray());
        Assert.Null(ranges.Code(owner));
    }

    private static void AssertStorage(StateRanges ranges, StateView view, Address address, Hash256 from, int most)
    {
        Hash256 owner = HashOf(address);
        Assert.Equal(view.TryGetAccount(address, out Account account), ranges.Account(owner) is not null);
        if (account == default) return;
        Hash256[] expected = [.. StateModel.Slots.Where(s => !view.GetStorage(address, s).IsZero).Select(s => Keccak256.Hash(s.ToBigEndian())).Where(h => h >= from).Order()];
        List<Leaf> slots = [];
        using (LeafWalk walk = ranges.Slots(owner, from))
        {
            while (slots.Count < most && walk.MoveNext()) slots.Add(new Leaf(walk.Key, new RlpWriter().Write(walk.Value).ToArray()));
        }

        Assert.Equal(expected.Take(most), slots.Select(s => s.Key));
        if (!account.HasStorage) return;
        IReadOnlyList<byte[]> proof = ranges.ProveSlots(owner, account.StorageRoot, from, slots.Count == 0 ? null : slots[^1].Key);
        AssertProved(expected.Length > most, account.StorageRoot, from, [.. slots], proof);
    }

    private static void AssertProved(bool more, Hash256 root, Hash256 from, Leaf[] leaves, IReadOnlyList<byte[]> proof)
    {
        if (root == Account.EmptyTrieRoot) return;
        Assert.Equal(more ? RangeVerdict.More : RangeVerdict.Last, RangeProof.Verify(root, from, leaves, proof));
    }

    private static Leaf[] Accounts(StateRanges ranges, Hash256 from, int most)
    {
        List<Leaf> accounts = [];
        using LeafWalk walk = ranges.Accounts(from);
        while (accounts.Count < most && walk.MoveNext())
        {
            Assert.True(SlimAccount.TryRead(walk.Value, out Account account));
            accounts.Add(new Leaf(walk.Key, SlimAccount.ToTrie(account)));
        }

        return [.. accounts];
    }

    private static Hash256 HashOf(Address address) => Keccak256.Hash(address.Bytes);
}
