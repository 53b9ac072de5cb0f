using BpDao.Core;

namespace BpDao.State;

/// <summary>A slot of storage as the trie has it.</summary>
/// <param name="Hash">Of the slot's number.</param>
/// <param name="Digits">The value, big-endian without leading zeros; empty is no slot.</param>
public readonly record struct HashedSlot(Hash256 Hash, byte[] Digits);
