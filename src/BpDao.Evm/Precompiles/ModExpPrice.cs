using System.Numerics;
using BpDao.Core;

namespace BpDao.Evm.Precompiles;

/// <summary>What MODEXP costs by lengths and exponent: EIP-198, cheaper by EIP-2565, dearer and bounded by EIP-7883 and 7823.</summary>
internal abstract class ModExpPrice
{
    public static readonly ModExpPrice Eip198 = new Byzantium();
    public static readonly ModExpPrice Eip2565 = new Berlin();
    public static readonly ModExpPrice Eip7883 = new Osaka();

    /// <param name="head">The first 32 bytes of the exponent.</param>
    public abstract long Of(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength, in UInt256 head);

    /// <summary>EIP-7823: numbers of more than 1024 bytes.</summary>
    public virtual bool RefusesLengths(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength) => false;

    /// <summary>Bits of the exponent below its highest, counted over the head; every byte past it counts <paramref name="perByte"/>.</summary>
    private static BigInteger Iterations(in UInt256 exponentLength, in UInt256 head, int perByte)
    {
        BigInteger iterations = Math.Max(head.BitLength - 1, 0);
        if (exponentLength > 32UL) iterations += (BigInteger)(exponentLength - 32UL) * perByte;
        return BigInteger.Max(iterations, 1);
    }

    private static BigInteger Longest(in UInt256 baseLength, in UInt256 modulusLength) => (BigInteger)UInt256.Max(baseLength, modulusLength);

    private static BigInteger WordsSquared(BigInteger length) => BigInteger.Pow((length + 7) / 8, 2);

    private static long Clamp(BigInteger gas) => gas > long.MaxValue ? long.MaxValue : (long)gas;

    private sealed class Byzantium : ModExpPrice
    {
        public override long Of(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength, in UInt256 head)
        {
            BigInteger x = Longest(baseLength, modulusLength);
            BigInteger complexity = x <= 64 ? x * x
                : x <= 1024 ? (x * x / 4) + (96 * x) - 3_072
                : (x * x / 16) + (480 * x) - 199_680;
            return Clamp(complexity * Iterations(exponentLength, head, perByte: 8) / 20);
        }
    }

    private sealed class Berlin : ModExpPrice
    {
        public override long Of(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength, in UInt256 head) =>
            Math.Max(200, Clamp(WordsSquared(Longest(baseLength, modulusLength)) * Iterations(exponentLength, head, perByte: 8) / 3));
    }

    private sealed class Osaka : ModExpPrice
    {
        private const ulong MaxLength = 1024;

        public override long Of(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength, in UInt256 head)
        {
            BigInteger longest = Longest(baseLength, modulusLength);
            BigInteger complexity = longest <= 32 ? 16 : 2 * WordsSquared(longest);
            return Math.Max(500, Clamp(complexity * Iterations(exponentLength, head, perByte: 16)));
        }

        public override bool RefusesLengths(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength) =>
            baseLength > MaxLength || exponentLength > MaxLength || modulusLength > MaxLength;
    }
}
