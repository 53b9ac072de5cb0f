namespace BpDao.Evm.Precompiles;

/// <summary>Computes from an input of any length; false for malformed input.</summary>
/// <param name="output">Of the operation's length.</param>
internal delegate bool CurveOperation(ReadOnlySpan<byte> input, Span<byte> output);

/// <summary>0x0b, 0x0d, 0x10, 0x11: an operation of EIP-2537 whose price does not depend on its input.</summary>
internal sealed class Bls12381Operation(long gas, int outputLength, CurveOperation operation) : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) => gas;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output) => operation(input, output.Resize(outputLength));
}
