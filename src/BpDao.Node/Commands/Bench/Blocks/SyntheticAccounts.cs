using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>The accounts of a synthetic chain: the same for the same size, addresses as scattered as real ones.</summary>
internal sealed class SyntheticAccounts
{
    private readonly PrivateKey[] _keys;
    private readonly Address[] _addresses;

    public SyntheticAccounts(SyntheticSize size)
    {
        _keys = new PrivateKey[size.Senders];
        _addresses = new Address[size.Accounts];
        Parallel.For(0, size.Accounts, i =>
        {
            Hash256 seed = Seed(i);
            if (i < _keys.Length) _addresses[i] = (_keys[i] = new PrivateKey(seed.Bytes)).Address;
            else _addresses[i] = new Address(seed.Bytes[12..]);
        });
    }

    public IReadOnlyList<Address> Addresses => _addresses;

    public IReadOnlyList<PrivateKey> Keys => _keys;

    private static Hash256 Seed(int index)
    {
        Span<byte> text = stackalloc byte[12];
        "account "u8.CopyTo(text);
        BinaryPrimitives.WriteInt32BigEndian(text[8..], index);
        return Keccak256.Hash(text);
    }
}
