using BpDao.Core;
using CsCheck;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class AesCtrTests
{
    [Fact]
    public void Encrypts_the_example_of_nist()
    {
        // SP 800-38A, F.5.1, CTR-AES128.Encrypt.
        using AesCtr aes = new(Hex.Decode("2b7e151628aed2a6abf7158809cf4f3c"), Hex.Decode("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"));
        byte[] data = Hex.Decode("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        aes.Transform(data);
        Assert.Equal("0x874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff", Hex.Encode(data));
    }

    [Fact]
    public void Pieces_agree_with_another_implementation_of_the_whole() =>
        Gen.Select(Gen.OneOf(Gen.Const(16), Gen.Const(32)).SelectMany(n => Gen.Byte.Array[n]), Counters, Gen.Byte.Array[0, 2000].List[0, 6])
            .Sample((key, counter, pieces) =>
            {
                using AesCtr aes = new(key, counter);
                byte[] whole = pieces.SelectMany(p => p).ToArray();
                foreach (byte[] piece in pieces) aes.Transform(piece);
                return pieces.SelectMany(p => p).SequenceEqual(Oracle(key, counter, whole));
            }, iter: 300);

    [Fact]
    public void Keys_and_counters_have_their_lengths()
    {
        Assert.Throws<ArgumentException>(() => new AesCtr(new byte[16], new byte[15]));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => new AesCtr(new byte[15], new byte[16]));
    }

    // Counters near the end of a byte, of all bytes, and of nothing in particular.
    private static Gen<byte[]> Counters => Gen.OneOf(
        Gen.Byte.Array[16], Gen.Const(Enumerable.Repeat((byte)0xff, 16).ToArray()),
        Gen.Const(Enumerable.Range(0, 16).Select(i => (byte)(i < 14 ? 1 : 0xff)).ToArray()));

    private static byte[] Oracle(byte[] key, byte[] counter, byte[] data)
    {
        IBufferedCipher cipher = CipherUtilities.GetCipher("AES/CTR/NoPadding");
        cipher.Init(true, new ParametersWithIV(new KeyParameter(key), counter));
        return cipher.DoFinal(data);
    }
}
