using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace BpDao.Core;

/// <summary>The upper 64 bits of a 64×64 product. A type parameter, so that tests run both ways on any machine.</summary>
public interface IMultiplyHigh
{
    /// <summary>⌊a·b / 2^64⌋.</summary>
    static abstract ulong High(ulong a, ulong b);
}

/// <summary>MULX. With the lower half from a plain multiply this is twice as fast as <c>Math.BigMul</c>, whose out parameter
/// makes the JIT spill the lower half to the stack.</summary>
public readonly struct MulxHigh : IMultiplyHigh
{
    /// <summary>True where the processor has the instruction.</summary>
    public static bool IsSupported => Bmi2.X64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(ulong a, ulong b) => Bmi2.X64.MultiplyNoFlags(a, b);
}

/// <summary>Whatever the platform has.</summary>
public readonly struct PortableHigh : IMultiplyHigh
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong High(ulong a, ulong b) => Math.BigMul(a, b, out _);
}
