using System.Runtime.CompilerServices;

namespace BpDao.Crypto.Curves.Bn254;

/// <summary>Miller's loop of the optimal ate pairing for several pairs at once: they share the squarings of the value.</summary>
internal static class MillerLoop
{
    /// <summary>6u + 2, whose lowest digits come first.</summary>
    private static readonly sbyte[] Digits = MakeDigits();

    /// <summary>Multiplies a value by the pairs' own; false when the second point of some pair is not in the group of order r.</summary>
    /// <param name="pairs">Fresh, with second points other than infinity; used up.</param>
    public static bool TryRun(Span<MillerPair> pairs, ref Fp12 product)
    {
        Fp12 value = Fp12.One;
        for (int i = Digits.Length - 2; i >= 0; i--)
        {
            Fp12.Square(value, out value);
            foreach (ref MillerPair pair in pairs) pair.Double(ref value);
            if (Digits[i] == 0) continue;
            foreach (ref MillerPair pair in pairs) pair.AddDigit(ref value, Digits[i]);
        }

        bool inGroup = true;
        foreach (ref MillerPair pair in pairs) inGroup &= pair.Finish(ref value);
        Fp12.Multiply(product, value, out product);
        return inGroup;
    }

    private static sbyte[] MakeDigits()
    {
        Span<sbyte> digits = stackalloc sbyte[NonAdjacentForm.MaxLength];
        return digits[..NonAdjacentForm.Write((6 * (UInt128)FinalExponentiation.U) + 2, width: 2, digits)].ToArray();
    }
}
