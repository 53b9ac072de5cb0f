using BpDao.Core;
using BpDao.State.Tables;
using BpDao.State.Trie;

namespace BpDao.State.Proofs;

/// <summary>Takes proofs from the trie nodes of a view.</summary>
internal static class ProofBuilder
{
    public static AccountProof Prove(StateView view, in Address address, IReadOnlyList<UInt256> slots)
    {
        Hash256 key = Keccak256.Hash(address.Bytes);
        MerkleTrie accounts = TrieRows.Accounts(view.Reader, view.Root);
        List<byte[]> nodes = accounts.Prove(key.Bytes);
        bool exists = view.TryGetAccount(address, out Account account);
        MerkleTrie storage = TrieRows.Storage(view.Reader, key, exists ? account.StorageRoot : Account.EmptyTrieRoot);

        StorageProof[] proofs = new StorageProof[slots.Count];
        Span<byte> word = stackalloc byte[UInt256.Size];
        for (int i = 0; i < proofs.Length; i++)
        {
            slots[i].WriteBigEndian(word);
            proofs[i] = new StorageProof(slots[i], view.GetStorage(address, slots[i]), storage.Prove(Keccak256.Hash(word).Bytes));
        }

        return new AccountProof(address, exists ? account : null, nodes, proofs);
    }
}
