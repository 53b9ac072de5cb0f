using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Evm.Precompiles;

/// <summary>The precompiled contracts of one fork by address.</summary>
internal sealed class PrecompileSet
{
    /// <summary>EIP-7951: the highest address there is.</summary>
    public const uint LastNumber = 0x100;

    private readonly Precompile?[] _byNumber;

    public PrecompileSet(Precompile?[] byNumber) => _byNumber = [.. byNumber];

    public bool Contains(in Address address) => Find(address) is not null;

    public Precompile? Find(in Address address)
    {
        ReadOnlySpan<byte> bytes = address.Bytes;
        bool small = (BinaryPrimitives.ReadUInt64LittleEndian(bytes) | BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..])) == 0;
        uint number = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        return small && number <= LastNumber ? _byNumber[number] : null;
    }
}
