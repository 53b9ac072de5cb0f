namespace BpDao.Network;

/// <summary>EIP-2124.</summary>
public readonly record struct ForkId(uint Hash, ulong Next);
