using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x03: RIPEMD-160, as the low end of a word.</summary>
internal sealed class Ripemd160Digest : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) => 600 + (120 * Words(input.Length));

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        Span<byte> word = output.Resize(32);
        word[..12].Clear();
        Ripemd160.Hash(input, word[12..]);
        return true;
    }
}
