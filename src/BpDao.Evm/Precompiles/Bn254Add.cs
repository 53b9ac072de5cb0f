using BpDao.Crypto;

namespace BpDao.Evm.Precompiles;

/// <summary>0x06: sum of two points of BN254 (EIP-196). Missing input is zeros, input past the points is ignored.</summary>
/// <param name="gas">500, since EIP-1108 150.</param>
internal sealed class Bn254Add(long gas) : Precompile
{
    private const int InputLength = 2 * Bn254.PointSize;

    public override long GasCost(ReadOnlySpan<byte> input) => gas;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        Span<byte> padded = stackalloc byte[InputLength];
        return Bn254.TryAdd(Fit(input, padded), output.Resize(Bn254.PointSize));
    }
}
