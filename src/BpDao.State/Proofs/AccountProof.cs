using BpDao.Core;

namespace BpDao.State.Proofs;

/// <summary>Proof of an account and of some of its slots against a state root (EIP-1186), or proof that they are not there.</summary>
/// <param name="Address">Whose.</param>
/// <param name="Account">Null when the state has no such account; the nodes then prove that.</param>
/// <param name="Nodes">RLP of the nodes from the state root towards the account.</param>
/// <param name="Storage">In the order they were asked for.</param>
public sealed record AccountProof(Address Address, Account? Account, IReadOnlyList<byte[]> Nodes, IReadOnlyList<StorageProof> Storage);

/// <summary>Proof of one slot against the account's storage root.</summary>
/// <param name="Slot">Which.</param>
/// <param name="Value">Zero when it is not in the trie; the nodes then prove that.</param>
/// <param name="Nodes">RLP of the nodes from the storage root towards the slot; none when the storage is empty.</param>
public sealed record StorageProof(UInt256 Slot, UInt256 Value, IReadOnlyList<byte[]> Nodes);
