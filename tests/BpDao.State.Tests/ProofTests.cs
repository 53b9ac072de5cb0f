using BpDao.Core;
using BpDao.Db.Memory;
using BpDao.State.Proofs;
using BpDao.State.Tests.Trie;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

public sealed class ProofTests
{
    [Fact]
    public void Proofs_of_every_retained_state_hold_for_an_independent_verifier() => StateModel.Diffs.Array[1, 8].Sample(
        diffs =>
        {
            using MemoryDb db = new();
            StateChain chain = new(db, StateOptions.Default);
            foreach (StateDiff diff in diffs) chain.Append(diff);
            foreach (StateModel model in chain.Models)
            {
                Hash256 root = model.Root();
                foreach (Address address in StateModel.Addresses) Verify(root, chain.Store.GetProof(root, address, StateModel.Slots)!, model);
            }
        },
        iter: 30);

    [Fact]
    public void An_account_in_the_empty_state_is_disproved_by_nothing()
    {
        using MemoryDb db = new();
        AccountProof proof = new StateStore(db, StateOptions.Default).GetProof(Account.EmptyTrieRoot, StateModel.Addresses[0], [1])!;

        Assert.Null(proof.Account);
        Assert.Empty(proof.Nodes);
        Assert.Empty(proof.Storage[0].Nodes);
    }

    [Fact]
    public void A_state_that_is_not_there_has_no_proof()
    {
        using MemoryDb db = new();
        Assert.Null(new StateStore(db, StateOptions.Default).GetProof(Keccak256.Hash([1]), StateModel.Addresses[0], []));
    }

    [Fact]
    public void A_held_state_is_proved_too()
    {
        using MemoryDb db = new();
        StateChain chain = new(db, StateOptions.Default);
        chain.Append(StateStoreTests.Diff((StateModel.Addresses[0], StateStoreTests.Rich(storage: (2, 1)))));
        StateDiff diff = StateStoreTests.Diff((StateModel.Addresses[1], StateStoreTests.Rich(7, storage: [(2, 5), (0, 1)])));
        StateChange change = chain.Store.Compute(chain.Head.Root(), diff);
        chain.Store.Hold(change);

        foreach (Address address in StateModel.Addresses)
        {
            Verify(change.Root, chain.Store.GetProof(change.Root, address, StateModel.Slots)!, chain.Head.With(diff));
        }
    }

    private static void Verify(Hash256 root, AccountProof proof, StateModel model)
    {
        byte[] leaf = TrieProof.Verify(root, Keccak256.Hash(proof.Address.Bytes).Bytes, proof.Nodes);
        byte[] expected = proof.Account is { } a
            ? new RlpWriter().StartList().Write(a.Nonce).Write(a.Balance).Write(a.StorageRoot).Write(a.CodeHash).EndList().ToArray()
            : [];
        Assert.Equal(expected, leaf);

        foreach (StorageProof slot in proof.Storage)
        {
            Hash256 storageRoot = proof.Account?.StorageRoot ?? Account.EmptyTrieRoot;
            byte[] value = TrieProof.Verify(storageRoot, Keccak256.Hash(slot.Slot.ToBigEndian()).Bytes, slot.Nodes);
            Assert.Equal(slot.Value.IsZero ? [] : new RlpWriter().Write(slot.Value).ToArray(), value);
        }

        model.AssertEquals(proof);
    }
}
