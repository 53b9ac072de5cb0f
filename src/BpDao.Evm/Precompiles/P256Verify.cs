using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x100: one for a signature over secp256r1 that fits, no answer otherwise (EIP-7951).</summary>
internal sealed class P256Verify : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) => 6_900;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        if (!P256.Verify(input)) return true;
        Span<byte> one = output.Resize(32);
        one.Clear();
        one[31] = 1;
        return true;
    }
}
