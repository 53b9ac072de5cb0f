using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BpDao.Core;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class Secp256k1Tests
{
    private static readonly UInt256 N = Secp256k1.Order;

    private static readonly Gen<byte[]> Keys = Gen.Byte.Array[32].Where(bytes => Secp256k1.IsScalar(UInt256.FromBigEndian(bytes)));

    private static readonly Gen<Hash256> Digests = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Signs_with_the_nonce_of_rfc_6979(Secp256k1Choice choice)
    {
        // Published with trezor's and bitcoinjs' implementations of RFC 6979 over secp256k1.
        (string Key, string Message, string R, string S)[] vectors =
        [
            ("0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto",
                "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
                "0x2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"),
            ("0000000000000000000000000000000000000000000000000000000000000001",
                "All those moments will be lost in time, like tears in rain. Time to die...",
                "0x8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
                "0x547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21"),
        ];
        ISecp256k1 curve = Secp256k1.Create(choice);
        foreach ((string key, string message, string r, string s) in vectors)
        {
            Hash256 digest = new(SHA256.HashData(Encoding.UTF8.GetBytes(message)));
            TxSignature signature = curve.Sign(digest, Hex.Decode(key));
            Assert.Equal(UInt256.Parse(r), signature.R);
            Assert.Equal(UInt256.Parse(s), signature.S);
        }
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Recovers_the_key_that_signed_and_only_signs_with_low_s(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        Gen.Select(Keys, Digests).Sample((key, digest) =>
        {
            TxSignature signature = curve.Sign(digest, key);
            byte[] expected = new byte[64], recovered = new byte[64];
            return curve.TryGetPublicKey(key, expected)
                && curve.TryRecover(digest, signature.R, signature.S, signature.YParity, recovered)
                && expected.AsSpan().SequenceEqual(recovered)
                && signature.S <= Secp256k1.HalfOrder;
        }, iter: 100);
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Both_parties_find_the_same_secret(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        Gen.Select(Keys, Keys).Sample((a, b) =>
        {
            byte[] publicA = new byte[64], publicB = new byte[64], atA = new byte[32], atB = new byte[32];
            return curve.TryGetPublicKey(a, publicA) && curve.TryGetPublicKey(b, publicB)
                && curve.TryEcdh(a, publicB, atA) && curve.TryEcdh(b, publicA, atB) && atA.AsSpan().SequenceEqual(atB);
        }, iter: 50);
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Recovers_high_s_and_the_mirrored_parity(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        byte[] key = Enumerable.Repeat((byte)0x46, 32).ToArray(), expected = new byte[64], recovered = new byte[64];
        Hash256 digest = Keccak256.Hash([1, 2, 3]);
        TxSignature low = curve.Sign(digest, key);
        curve.TryGetPublicKey(key, expected);

        Assert.True(curve.TryRecover(digest, low.R, N - low.S, (byte)(low.YParity ^ 1), recovered));
        Assert.Equal(expected, recovered);
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Refuses_numbers_out_of_range(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        Hash256 digest = Keccak256.Hash([1]);
        TxSignature good = curve.Sign(digest, Enumerable.Repeat((byte)1, 32).ToArray());
        byte[] output = new byte[64];

        Assert.False(curve.TryRecover(digest, 0, good.S, good.YParity, output));
        Assert.False(curve.TryRecover(digest, good.R, 0, good.YParity, output));
        Assert.False(curve.TryRecover(digest, N, good.S, good.YParity, output));
        Assert.False(curve.TryRecover(digest, good.R, N, good.YParity, output));
        Assert.False(curve.TryRecover(digest, UInt256.MaxValue, UInt256.MaxValue, 0, output));
        Assert.False(curve.TryRecover(digest, good.R, good.S, 4, output));
        Assert.False(curve.TryRecover(digest, good.R, good.S, 27, output));
        Assert.False(curve.TryRecover(digest, good.R, good.S, 2, output)); // r + n is not below the field's prime
        Assert.False(curve.TryRecover(digest, 5, good.S, 0, output)); // no point has x = 5
        Assert.All(output, b => Assert.Equal(0, b));
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Refuses_a_signature_whose_key_would_be_the_point_at_infinity(Secp256k1Choice choice)
    {
        // R = G, so r = Gx; with s = 1 and e = 1, sR − eG is infinity.
        UInt256 gx = UInt256.Parse("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        Assert.False(Secp256k1.Create(choice).TryRecover(UInt256.One.ToHash(), gx, 1, 0, new byte[64]));
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Refuses_bad_keys(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        byte[] zero = new byte[32], order = N.ToBigEndian(), one = UInt256.One.ToBigEndian(), output = new byte[64], secret = new byte[32];
        byte[] offCurve = new byte[64];
        offCurve[31] = offCurve[63] = 1;

        Assert.False(curve.TryGetPublicKey(zero, output));
        Assert.False(curve.TryGetPublicKey(order, output));
        Assert.Throws<ArgumentException>(() => curve.Sign(default, zero));
        Assert.Throws<ArgumentException>(() => curve.Sign(default, order));
        Assert.Throws<ArgumentException>(() => curve.Sign(default, new byte[31]));
        Assert.False(curve.TryEcdh(one, offCurve, secret));
        Assert.False(curve.TryEcdh(one, Enumerable.Repeat((byte)0xff, 64).ToArray(), secret));
        Assert.True(curve.TryGetPublicKey(one, output));
        Assert.False(curve.TryEcdh(zero, output, secret));
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Digests_of_zero_and_beyond_the_order_work(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        byte[] key = UInt256.FromBigEndian([7]).ToBigEndian(), expected = new byte[64], recovered = new byte[64];
        curve.TryGetPublicKey(key, expected);
        foreach (UInt256 value in (UInt256[])[0, 1, N - 1, N, N + 1, UInt256.MaxValue])
        {
            TxSignature signature = curve.Sign(value.ToHash(), key);
            Assert.True(curve.TryRecover(value.ToHash(), signature.R, signature.S, signature.YParity, recovered));
            Assert.Equal(expected, recovered);
        }
    }

    [Theory]
    [OverSecp256k1(Secp256k1Choice.Native)]
    public void Native_and_managed_agree_byte_for_byte(Secp256k1Choice choice)
    {
        ISecp256k1 native = Secp256k1.Create(choice), managed = Secp256k1.Create(Secp256k1Choice.Managed);
        Gen<Hash256> digests = Gen.OneOf(Digests, Gen.Const(UInt256.MaxValue.ToHash()), Gen.Const(N.ToHash()), Gen.Const(Hash256.Zero));
        Gen.Select(Keys, digests, Gen.Byte[0, 4]).Sample((key, digest, id) =>
        {
            TxSignature signature = native.Sign(digest, key);
            if (signature != managed.Sign(digest, key)) return false;
            byte[] a = new byte[64], b = new byte[64], x = new byte[32], y = new byte[32];
            bool found = native.TryRecover(digest, signature.R, signature.S, id, a);
            if (found != managed.TryRecover(digest, signature.R, signature.S, id, b) || !a.AsSpan().SequenceEqual(b)) return false;
            return !found || (native.TryEcdh(key, a, x) && managed.TryEcdh(key, a, y) && x.AsSpan().SequenceEqual(y));
        }, iter: 200);
    }

    [FixtureTheory("precompiles-crypto.zip")]
    [OverSecp256k1(Secp256k1Choice.Native)]
    [OverSecp256k1(Secp256k1Choice.Managed)]
    public void Recovers_what_the_ecrecover_vectors_say(Secp256k1Choice choice)
    {
        ISecp256k1 curve = Secp256k1.Create(choice);
        using JsonDocument vectors = Fixtures.ReadJson("precompiles-crypto.zip", "geth/precompiles/ecRecover.json");
        foreach (JsonElement vector in vectors.RootElement.EnumerateArray())
        {
            byte[] input = Hex.Decode(vector.GetProperty("Input").GetString()!);
            Array.Resize(ref input, 128);
            UInt256 v = UInt256.FromBigEndian(input.AsSpan(32, 32));
            byte[] key = new byte[64];
            string found = (v == 27 || v == 28) && curve.TryRecover(
                new Hash256(input.AsSpan(0, 32)), UInt256.FromBigEndian(input.AsSpan(64, 32)), UInt256.FromBigEndian(input.AsSpan(96, 32)),
                (byte)((ulong)v - 27), key)
                ? "000000000000000000000000" + PublicKey.AddressOf(key).ToString()[2..]
                : "";
            Assert.Equal(vector.GetProperty("Expected").GetString(), found);
        }
    }

    [Fact]
    public void The_choice_is_read_strictly()
    {
        Assert.Equal(Secp256k1Choice.Auto, Secp256k1.ParseChoice(null));
        Assert.Equal(Secp256k1Choice.Auto, Secp256k1.ParseChoice("auto"));
        Assert.Equal(Secp256k1Choice.Native, Secp256k1.ParseChoice("native"));
        Assert.Equal(Secp256k1Choice.Managed, Secp256k1.ParseChoice("managed"));
        Assert.Throws<InvalidOperationException>(() => Secp256k1.ParseChoice("Native"));
        Assert.Contains("BouncyCastle", Secp256k1.Create(Secp256k1Choice.Managed).Description, StringComparison.Ordinal);
    }
}
