using BpDao.Core;
using CsCheck;
using Xunit;

namespace BpDao.State.Tests;

public sealed class HashOrderTests
{
    // Few beginnings and few ends: most hashes share their first eight bytes with others, some are equal.
    private static readonly Gen<Hash256> Hashes = Gen.Select(Gen.Byte[0, 3], Gen.Byte[0, 9], (first, last) =>
    {
        byte[] bytes = new byte[Hash256.Size];
        (bytes[0], bytes[^1]) = (first, last);
        return new Hash256(bytes);
    });

    [Fact]
    public void Hashes_come_in_the_order_of_their_bytes() => Hashes.Array[0, 50].Sample(
        hashes => Assert.Equal(hashes.Order(), HashOrder.Of(hashes).Select(i => hashes[i])), iter: 300);
}
