using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x08: one if the product of pairings on BN254 is one, zero otherwise (EIP-197).</summary>
/// <param name="gas">100 000, since EIP-1108 45 000.</param>
/// <param name="gasPerPair">80 000, since EIP-1108 34 000.</param>
internal sealed class Bn254Pairing(long gas, long gasPerPair) : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) => gas + (gasPerPair * (input.Length / Bn254.PairSize));

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        if (!Bn254.TryCheckPairing(input, out bool isOne)) return false;
        Span<byte> word = output.Resize(32);
        word.Clear();
        word[31] = isOne ? (byte)1 : (byte)0;
        return true;
    }
}
