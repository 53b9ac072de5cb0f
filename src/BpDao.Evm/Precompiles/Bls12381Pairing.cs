using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x0f: a word that says whether the product of pairings is one (EIP-2537).</summary>
internal sealed class Bls12381Pairing : Precompile
{
    private const int PairLength = 384;
    private const long Base = 37_700, PerPair = 32_600;

    public override long GasCost(ReadOnlySpan<byte> input) => Base + (input.Length / PairLength * PerPair);

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        if (!Bls12381.TryCheckPairing(input, out bool isOne)) return false;
        Span<byte> word = output.Resize(32);
        word.Clear();
        word[31] = isOne ? (byte)1 : (byte)0;
        return true;
    }
}
