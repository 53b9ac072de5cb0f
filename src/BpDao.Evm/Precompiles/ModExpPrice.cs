using BpDao.Core;

namespace BpDao.Evm.Precompiles;

/// <summary>What MODEXP costs by lengths and exponent: EIP-198, cheaper by EIP-2565, dearer and bounded by EIP-7883 and 7823.</summary>
internal abstract class ModExpPrice
{
    public static readonly ModExpPrice Eip198 = new Byzantium();
    public static readonly ModExpPrice Eip2565 = new Berlin();
    public static readonly ModExpPrice Eip7883 = new Osaka();

    /// <summary>From here on the price is above <see cref="long.MaxValue"/> by any formula; below, 256 bits hold all that they make.</summary>
    private static readonly UInt256 HugeNumber = UInt256.One << 40, HugeExponent = UInt256.One << 72;

    /// <param name="head">The first 32 bytes of the exponent.</param>
    public long Of(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength, in UInt256 head)
    {
        UInt256 longest = UInt256.Max(baseLength, modulusLength);
        if (longest >= HugeNumber) return long.MaxValue;
        UInt256 complexity = Complexity(longest);
        if (exponentLength >= HugeExponent && !complexity.IsZero) return long.MaxValue;

        UInt256 iterations = (ulong)Math.Max(head.BitLength - 1, 0);
        if (exponentLength > 32UL) iterations += (exponentLength - 32UL) * IterationsPerByte;
        UInt256 gas = Of(complexity, UInt256.Max(iterations, UInt256.One));
        return gas > long.MaxValue ? long.MaxValue : (long)gas.L0;
    }

    /// <summary>EIP-7823: numbers of more than 1024 bytes.</summary>
    public virtual bool RefusesLengths(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength) => false;

    /// <summary>Counted for a byte of the exponent past its first 32; a bit of those, below the highest set one, counts one.</summary>
    protected virtual ulong IterationsPerByte => 8;

    /// <summary>Of one multiplication, by the length of the longer of base and modulus.</summary>
    protected abstract UInt256 Complexity(in UInt256 length);

    protected abstract UInt256 Of(in UInt256 complexity, in UInt256 iterations);

    private static UInt256 WordsSquared(in UInt256 length)
    {
        UInt256 words = (length + 7) >> 3;
        return words * words;
    }

    private sealed class Byzantium : ModExpPrice
    {
        protected override UInt256 Complexity(in UInt256 length) =>
            length <= 64UL ? length * length
            : length <= 1024UL ? (length * length >> 2) + (length * 96) - 3_072
            : (length * length >> 4) + (length * 480) - 199_680;

        protected override UInt256 Of(in UInt256 complexity, in UInt256 iterations) => complexity * iterations / 20;
    }

    private sealed class Berlin : ModExpPrice
    {
        protected override UInt256 Complexity(in UInt256 length) => WordsSquared(length);

        protected override UInt256 Of(in UInt256 complexity, in UInt256 iterations) => UInt256.Max(200, complexity * iterations / 3);
    }

    private sealed class Osaka : ModExpPrice
    {
        private const ulong MaxLength = 1024;

        public override bool RefusesLengths(in UInt256 baseLength, in UInt256 exponentLength, in UInt256 modulusLength) =>
            baseLength > MaxLength || exponentLength > MaxLength || modulusLength > MaxLength;

        protected override ulong IterationsPerByte => 16;

        protected override UInt256 Complexity(in UInt256 length) => length <= 32UL ? 16 : WordsSquared(length) << 1;

        protected override UInt256 Of(in UInt256 complexity, in UInt256 iterations) => UInt256.Max(500, complexity * iterations);
    }
}
