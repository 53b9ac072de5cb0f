namespace BpDao.Evm.Precompiles;

/// <summary>A contract that the protocol computes natively. Stateless and thread-safe.</summary>
internal abstract unsafe class Precompile
{
    /// <summary>Gas for this input; <see cref="long.MaxValue"/> for what nobody can pay.</summary>
    public abstract long GasCost(ReadOnlySpan<byte> input);

    /// <summary>Computes and leaves the answer in <paramref name="output"/>; false refuses the input and consumes all gas.</summary>
    public abstract bool TryRun(ReadOnlySpan<byte> input, PinnedBuffer output);

    public HaltReason Run(Frame frame, PinnedBuffer output)
    {
        if (!frame.TryCharge(GasCost(frame.InputSpan))) return HaltReason.OutOfGas;
        output.Resize(0);
        if (!TryRun(frame.InputSpan, output)) return HaltReason.PrecompileFailed;
        frame.Output = output.Start;
        frame.OutputLength = output.Length;
        return HaltReason.None;
    }

    /// <summary>Words of 32 bytes that hold so many bytes.</summary>
    protected static long Words(int length) => ((long)length + 31) / 32;

    /// <summary>The input as if zeros without end followed it: the front of it where it is long enough, a padded copy otherwise.</summary>
    /// <param name="copy">As long as what is wanted.</param>
    protected static ReadOnlySpan<byte> Fit(ReadOnlySpan<byte> input, Span<byte> copy)
    {
        if (input.Length >= copy.Length) return input[..copy.Length];
        input.CopyTo(copy);
        copy[input.Length..].Clear();
        return copy;
    }
}
