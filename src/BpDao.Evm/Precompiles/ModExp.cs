using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x05: base^exponent mod modulus for numbers of any length (EIP-198). Input: three lengths as words, then the numbers.</summary>
internal sealed class ModExp(ModExpPrice price, IModularExponentiation powers) : Precompile
{
    private const int Header = 96;

    public override long GasCost(ReadOnlySpan<byte> input)
    {
        (UInt256 baseLength, UInt256 exponentLength, UInt256 modulusLength) = Lengths(input);
        return price.Of(baseLength, exponentLength, modulusLength, ExponentHead(input, baseLength, exponentLength));
    }

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        (UInt256 baseLength, UInt256 exponentLength, UInt256 modulusLength) = Lengths(input);
        if (price.RefusesLengths(baseLength, exponentLength, modulusLength)) return false;
        if (modulusLength.IsZero) return true; // before Osaka a huge exponent costs nothing here and must not be touched
        if (!IsPayable(baseLength) || !IsPayable(exponentLength) || !IsPayable(modulusLength)) return false;

        int b = (int)baseLength.L0, e = (int)exponentLength.L0, m = (int)modulusLength.L0;
        ReadOnlySpan<byte> modulus = Number(input, Header + (ulong)b + (ulong)e, m);
        powers.Compute(Number(input, Header, b), Number(input, Header + (ulong)b, e), modulus, output.Resize(m));
        return true;
    }

    /// <summary>The first 32 bytes of the exponent, or all of a shorter one, as a number.</summary>
    private static UInt256 ExponentHead(ReadOnlySpan<byte> input, in UInt256 baseLength, in UInt256 exponentLength)
    {
        Span<byte> head = stackalloc byte[32];
        head = head[..(exponentLength.IsUInt64 ? (int)Math.Min(32, exponentLength.L0) : 32)];
        Take(input, baseLength.IsUInt64 ? Math.Min(baseLength.L0, int.MaxValue) + Header : int.MaxValue, head);
        return UInt256.FromBigEndian(head);
    }

    private static (UInt256 Base, UInt256 Exponent, UInt256 Modulus) Lengths(ReadOnlySpan<byte> input)
    {
        Span<byte> header = stackalloc byte[Header];
        Take(input, 0, header);
        return (UInt256.FromBigEndian(header[..32]), UInt256.FromBigEndian(header[32..64]), UInt256.FromBigEndian(header[64..]));
    }

    /// <summary>Bytes of the input where it has them all, a padded copy otherwise.</summary>
    private static ReadOnlySpan<byte> Number(ReadOnlySpan<byte> input, ulong at, int length)
    {
        if (at + (ulong)length <= (ulong)input.Length) return input.Slice((int)at, length);
        byte[] bytes = new byte[length];
        Take(input, at, bytes);
        return bytes;
    }

    /// <summary>Fills <paramref name="to"/> from the input, which is followed by zeros without end.</summary>
    private static void Take(ReadOnlySpan<byte> input, ulong at, Span<byte> to)
    {
        int from = (int)Math.Min(at, (ulong)input.Length);
        int present = Math.Min(to.Length, input.Length - from);
        input.Slice(from, present).CopyTo(to);
        to[present..].Clear();
    }

    private static bool IsPayable(in UInt256 length) => length.IsUInt64 && length.L0 < int.MaxValue;
}
