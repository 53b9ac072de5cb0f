using System.Numerics;

namespace BpDao.Crypto;

/// <summary>The platform's big integers.</summary>
internal sealed class ManagedModularExponentiation : IModularExponentiation
{
    public string Description => "System.Numerics (managed)";

    public void Compute(ReadOnlySpan<byte> @base, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus, Span<byte> result)
    {
        result.Clear();
        BigInteger m = Read(modulus);
        if (m <= BigInteger.One) return;
        BigInteger power = BigInteger.ModPow(Read(@base), Read(exponent), m);
        power.TryWriteBytes(result[(result.Length - power.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
    }

    private static BigInteger Read(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
