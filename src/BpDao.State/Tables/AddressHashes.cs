using BpDao.Core;

namespace BpDao.State.Tables;

/// <summary>Hashes of addresses that were asked for lately: an execution reads the same few accounts again and again.</summary>
/// <remarks>A hash follows from its address, so an entry is never wrong, whoever put it there. Each place holds the last one that fell on
/// it. Safe for several threads.</remarks>
internal static class AddressHashes
{
    private const int Places = 1 << 14;

    private static readonly Entry?[] Entries = new Entry?[Places];

    public static Hash256 Of(in Address address)
    {
        ref Entry? place = ref Entries[address.GetHashCode() & (Places - 1)];
        if (Volatile.Read(ref place) is { } entry && entry.Address == address) return entry.Hash;
        entry = new Entry(address, Keccak256.Hash(address.Bytes));
        Volatile.Write(ref place, entry);
        return entry.Hash;
    }

    private sealed record Entry(Address Address, Hash256 Hash);
}
