using BpDao.Core;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class PrivateKeyTests
{
    [Fact]
    public void Gives_its_public_key_and_address()
    {
        Assert.True(PrivateKey.TryParse("0x4646464646464646464646464646464646464646464646464646464646464646", out PrivateKey? key));
        Assert.Equal(Address.Parse("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"), key.Address);
        Assert.Equal(key.Address, PublicKey.AddressOf(key.PublicKey.Bytes));
    }

    [Fact]
    public void Never_shows_itself()
    {
        using PrivateKey key = PrivateKey.Generate();
        Assert.DoesNotContain(Convert.ToHexStringLower(key.Bytes), key.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Is_wiped_on_dispose()
    {
        PrivateKey key = PrivateKey.Generate();
        ReadOnlySpan<byte> view = key.Bytes;
        key.Dispose();
        Assert.Equal(new byte[32], view.ToArray());
        Assert.Throws<ObjectDisposedException>(() => key.Bytes.Length);
    }

    [Fact]
    public void Must_lie_between_one_and_the_order()
    {
        Assert.False(PrivateKey.TryCreate(new byte[32], out _));
        Assert.False(PrivateKey.TryCreate(new byte[31], out _));
        Assert.False(PrivateKey.TryCreate(Secp256k1.Order.ToBigEndian(), out _));
        Assert.True(PrivateKey.TryCreate((Secp256k1.Order - 1).ToBigEndian(), out _));
        Assert.Throws<ArgumentException>(() => new PrivateKey(new byte[32]));
        Assert.False(PrivateKey.TryParse("0x46", out _));
    }

    [Fact]
    public void Generated_keys_differ()
    {
        using PrivateKey a = PrivateKey.Generate(), b = PrivateKey.Generate();
        Assert.NotEqual(a.Address, b.Address);
    }
}
