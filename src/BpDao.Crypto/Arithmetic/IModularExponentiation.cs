namespace BpDao.Crypto;

/// <summary>base^exponent mod modulus for numbers of any length (precompile 0x05). Implementations are thread-safe.</summary>
public interface IModularExponentiation
{
    /// <summary>What does the work, for the log.</summary>
    string Description { get; }

    /// <summary>All numbers are big-endian, of any length, leading zeros allowed.</summary>
    /// <param name="result">As long as <paramref name="modulus"/>; all zeros when that is zero or one.</param>
    void Compute(ReadOnlySpan<byte> @base, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus, Span<byte> result);
}
