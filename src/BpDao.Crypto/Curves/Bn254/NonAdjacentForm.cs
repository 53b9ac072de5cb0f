namespace BpDao.Crypto.Curves.Bn254;

/// <summary>Signed digits of numbers: of w digits in a row at most one is not zero, and that one is odd and below 2^(w−1) in magnitude.</summary>
internal static class NonAdjacentForm
{
    /// <summary>Digits that a number of 128 bits may need.</summary>
    public const int MaxLength = 129;

    /// <summary>Writes the digits, lowest first, and gives their count; the highest is not zero.</summary>
    /// <param name="value">At most 2^128 − 2^(width−1).</param>
    /// <param name="width">w, from 2 to 7.</param>
    public static int Write(UInt128 value, int width, Span<sbyte> digits)
    {
        int count = 0;
        for (; value != 0; value >>= 1)
        {
            int digit = 0;
            if (!UInt128.IsEvenInteger(value))
            {
                int window = (int)(uint)value & ((1 << width) - 1);
                digit = window >= 1 << (width - 1) ? window - (1 << width) : window;
                value = digit < 0 ? value + (uint)-digit : value - (uint)digit;
            }

            digits[count++] = (sbyte)digit;
        }

        return count;
    }
}
