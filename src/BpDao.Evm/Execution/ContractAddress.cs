using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Where a creation puts its contract.</summary>
public static class ContractAddress
{
    /// <summary>CREATE and creating transactions: by the creator's nonce before it grows (Yellow Paper, equation 88).</summary>
    public static Address OfNonce(in Address creator, ulong nonce)
    {
        RlpWriter writer = new(32);
        writer.StartList().Write(creator).Write(nonce).EndList();
        return FromHash(Keccak256.Hash(writer.WrittenSpan));
    }

    /// <summary>CREATE2 (EIP-1014).</summary>
    public static Address OfSalt(in Address creator, in UInt256 salt, ReadOnlySpan<byte> initCode)
    {
        Span<byte> preimage = stackalloc byte[1 + Address.Size + UInt256.Size + Hash256.Size];
        preimage[0] = 0xff;
        creator.Bytes.CopyTo(preimage[1..]);
        salt.WriteBigEndian(preimage[21..]);
        Keccak256.Hash(initCode, preimage[53..]);
        return FromHash(Keccak256.Hash(preimage));
    }

    private static Address FromHash(in Hash256 hash) => new(hash.Bytes[12..]);
}
