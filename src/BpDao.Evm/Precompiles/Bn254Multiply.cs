using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x07: multiple of a point of BN254 (EIP-196). Missing input is zeros, input past the scalar is ignored.</summary>
/// <param name="gas">40 000, since EIP-1108 6 000.</param>
internal sealed class Bn254Multiply(long gas) : Precompile
{
    private const int InputLength = Bn254.PointSize + 32;

    public override long GasCost(ReadOnlySpan<byte> input) => gas;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        Span<byte> padded = stackalloc byte[InputLength];
        return Bn254.TryMultiply(Fit(input, padded), output.Resize(Bn254.PointSize));
    }
}
