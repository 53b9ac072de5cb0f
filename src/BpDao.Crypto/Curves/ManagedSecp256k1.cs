using BpDao.Core;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using BcInteger = Org.BouncyCastle.Math.BigInteger;

namespace BpDao.Crypto;

/// <summary>BouncyCastle, for machines without the native library: the same answers, about five times slower.</summary>
/// <remarks>Its arithmetic is not constant-time and its big integers cannot be wiped: one reason more to prefer the library.</remarks>
internal sealed class ManagedSecp256k1 : ISecp256k1
{
    // The custom curve has its own field arithmetic; the one in SecNamedCurves is generic and four times slower.
    private static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256k1");
    private static readonly BcInteger N = Curve.N;
    private static readonly BcInteger HalfN = N.ShiftRight(1);
    private static readonly BcInteger P = Curve.Curve.Field.Characteristic;

    public string Name => "BouncyCastle";

    public string Description => "BouncyCastle (managed)";

    public bool TryRecover(in Hash256 digest, in UInt256 r, in UInt256 s, byte recoveryId, Span<byte> publicKey)
    {
        if (recoveryId > 3 || !Secp256k1.IsScalar(r) || !Secp256k1.IsScalar(s)) return false;
        BcInteger rInt = ToInteger(r);
        BcInteger x = (recoveryId & 2) == 0 ? rInt : rInt.Add(N);
        if (x.CompareTo(P) >= 0 || !TryLift(x, odd: (recoveryId & 1) != 0, out ECPoint? nonce)) return false;

        // Q = r⁻¹(sR − eG), SEC 1 §4.1.6.
        BcInteger e = new(1, digest.Bytes);
        BcInteger rInverse = rInt.ModInverse(N);
        BcInteger u1 = e.Negate().Multiply(rInverse).Mod(N);
        BcInteger u2 = ToInteger(s).Multiply(rInverse).Mod(N);
        ECPoint key = ECAlgorithms.SumOfTwoMultiplies(Curve.G, u1, nonce!, u2).Normalize();
        if (key.IsInfinity) return false;
        Write(key, publicKey);
        return true;
    }

    public TxSignature Sign(in Hash256 digest, ReadOnlySpan<byte> privateKey)
    {
        if (!TryReadSecret(privateKey, out BcInteger d))
        {
            throw new ArgumentException("The private key is zero or not below the group order.", nameof(privateKey));
        }

        Hash256 reduced = Secp256k1.Reduce(digest);
        BcInteger e = new(1, reduced.Bytes);
        HMacDsaKCalculator nonces = new(new Sha256Digest());
        nonces.Init(N, d, reduced.ToArray());
        FixedPointCombMultiplier multiplier = new();
        while (true)
        {
            BcInteger k = nonces.NextK();
            ECPoint nonce = multiplier.Multiply(Curve.G, k).Normalize();
            BcInteger x = nonce.AffineXCoord.ToBigInteger();
            BcInteger r = x.Mod(N);
            BcInteger s = k.ModInverse(N).Multiply(e.Add(d.Multiply(r))).Mod(N);
            if (r.SignValue == 0 || s.SignValue == 0) continue;

            int recoveryId = (nonce.AffineYCoord.TestBitZero() ? 1 : 0) | (x.CompareTo(N) >= 0 ? 2 : 0);
            if (s.CompareTo(HalfN) > 0)
            {
                s = N.Subtract(s);
                recoveryId ^= 1;
            }

            return new TxSignature((byte)recoveryId, ToUInt256(r), ToUInt256(s));
        }
    }

    public bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        if (!TryReadSecret(privateKey, out BcInteger d)) return false;
        Write(new FixedPointCombMultiplier().Multiply(Curve.G, d).Normalize(), publicKey);
        return true;
    }

    public bool TryEcdh(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> sharedX)
    {
        if (publicKey.Length != 64) throw new ArgumentException($"64 bytes are wanted, not {publicKey.Length}.", nameof(publicKey));
        if (!TryReadSecret(privateKey, out BcInteger d)) return false;
        BcInteger x = new(1, publicKey[..32]), y = new(1, publicKey[32..]);
        if (x.CompareTo(P) >= 0 || y.CompareTo(P) >= 0) return false;
        ECPoint point = Curve.Curve.CreatePoint(x, y);
        if (!point.IsValid()) return false;
        point.Multiply(d).Normalize().AffineXCoord.EncodeTo(sharedX);
        return true;
    }

    private static bool TryLift(BcInteger x, bool odd, out ECPoint? point)
    {
        ECFieldElement xField = Curve.Curve.FromBigInteger(x);
        ECFieldElement? y = xField.Square().Multiply(xField).Add(Curve.Curve.B).Sqrt();
        point = null;
        if (y is null) return false;
        if (y.TestBitZero() != odd) y = y.Negate();
        point = Curve.Curve.CreatePoint(x, y.ToBigInteger());
        return true;
    }

    private static bool TryReadSecret(ReadOnlySpan<byte> privateKey, out BcInteger d)
    {
        if (privateKey.Length != 32) throw new ArgumentException($"32 bytes are wanted, not {privateKey.Length}.", nameof(privateKey));
        d = new BcInteger(1, privateKey);
        return d.SignValue > 0 && d.CompareTo(N) < 0;
    }

    private static void Write(ECPoint point, Span<byte> publicKey)
    {
        if (publicKey.Length != 64) throw new ArgumentException($"64 bytes are wanted, not {publicKey.Length}.", nameof(publicKey));
        point.AffineXCoord.EncodeTo(publicKey[..32]);
        point.AffineYCoord.EncodeTo(publicKey[32..]);
    }

    private static BcInteger ToInteger(in UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.WriteBigEndian(bytes);
        return new BcInteger(1, bytes);
    }

    private static UInt256 ToUInt256(BcInteger value) => UInt256.FromBigEndian(value.ToByteArrayUnsigned());
}
