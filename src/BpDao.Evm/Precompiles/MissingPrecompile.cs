namespace BpDao.Evm.Precompiles;

/// <summary>Holds the address of a contract that the fork has and this build has not. Running it ends the whole execution with
/// <see cref="HaltReason.PrecompileNotSupported"/>, because any answer would be wrong.</summary>
internal sealed class MissingPrecompile : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) => 0;

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output) => false;

    public override HaltReason Run(Frame frame, PinnedBuffer output) => HaltReason.PrecompileNotSupported;
}
