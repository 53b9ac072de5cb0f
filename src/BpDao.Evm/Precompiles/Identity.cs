namespace BpDao.Evm.Precompiles;

/// <summary>0x04: gives back its input.</summary>
internal sealed class Identity : Precompile
{
    public override long GasCost(ReadOnlySpan<byte> input) => 15 + (3 * Words(input.Length));

    public override bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output)
    {
        input.CopyTo(output.Resize(input.Length));
        return true;
    }
}
