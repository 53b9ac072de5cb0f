using BpDao.Crypto;
using BpDao.Network.Rlpx;
using BpDao.Testing;
using CsCheck;
using Xunit;

namespace BpDao.Network.Tests.Rlpx;

public sealed class EciesTests
{
    [Fact]
    public void What_was_encrypted_for_a_key_is_decrypted_with_it_and_with_no_other() =>
        Gen.Select(Gen.Byte.Array[0, 500], Gen.Byte.Array[0, 10]).Sample((message, authenticated) =>
        {
            byte[] cipher = new byte[Ecies.Overhead + message.Length];
            Assert.True(Ecies.TryEncrypt(TestKeys.A.PublicKey, message, authenticated, cipher));
            Assert.True(Ecies.TryDecrypt(TestKeys.A, cipher, authenticated, out byte[]? read));
            Assert.Equal(message, read);
            Assert.False(Ecies.TryDecrypt(TestKeys.B, cipher, authenticated, out _));
            Assert.False(Ecies.TryDecrypt(TestKeys.A, cipher, [.. authenticated, 1], out _));
        }, iter: 50);

    [Fact]
    public void A_bit_that_was_changed_is_noticed()
    {
        byte[] cipher = new byte[Ecies.Overhead + 5];
        Assert.True(Ecies.TryEncrypt(TestKeys.A.PublicKey, [1, 2, 3, 4, 5], [], cipher));
        for (int bit = 0; bit < cipher.Length * 8; bit++)
        {
            cipher[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ecies.TryDecrypt(TestKeys.A, cipher, [], out _), $"bit {bit}");
            cipher[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(Ecies.TryDecrypt(TestKeys.A, cipher, [], out _));
        for (int length = 0; length < cipher.Length; length++) Assert.False(Ecies.TryDecrypt(TestKeys.A, cipher.AsSpan(0, length), [], out _));
    }

    [Fact]
    public void A_recipient_that_is_no_point_is_refused()
    {
        PublicKey nowhere = new(Enumerable.Repeat((byte)1, 64).ToArray());
        Assert.False(Ecies.TryEncrypt(nowhere, [1], [], new byte[Ecies.Overhead + 1]));
        using HandshakeKeys keys = HandshakeKeys.Generate();
        Assert.Null(Handshake.Auth(TestKeys.A, nowhere, keys));
    }

    [Fact]
    public void Packets_have_no_common_length()
    {
        using HandshakeKeys keys = HandshakeKeys.Generate();
        int[] lengths = [.. Enumerable.Range(0, 30).Select(_ => Handshake.Auth(TestKeys.A, TestKeys.B.PublicKey, keys)!.Length)];
        Assert.True(lengths.Distinct().Count() > 5);
        Assert.All(lengths, length => Assert.InRange(length, 350, HandshakePacket.MaxSize));
    }

    [Fact]
    public void Nobody_can_answer_for_another_key()
    {
        using HandshakeKeys keys = HandshakeKeys.Generate(), others = HandshakeKeys.Generate();
        byte[] auth = Handshake.Auth(TestKeys.A, TestKeys.B.PublicKey, keys)!;
        Assert.False(Handshake.TryAnswer(TestKeys.C, auth, isOld: false, others, out _));
        Assert.True(Handshake.TryAnswer(TestKeys.B, auth, isOld: false, others, out HandshakeAnswer? answer));
        Assert.False(Handshake.TryFinish(TestKeys.C, keys, auth, answer.Ack, isOld: false, out _));
    }
}
