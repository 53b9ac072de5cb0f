using Org.BouncyCastle.Crypto.Digests;

namespace BpDao.Crypto;

/// <summary>RIPEMD-160 (precompile 0x03).</summary>
public static class Ripemd160
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int Size = 20;

    /// <summary>Writes 20 bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        RipeMD160Digest digest = new();
        digest.BlockUpdate(input);
        digest.DoFinal(output);
    }
}
