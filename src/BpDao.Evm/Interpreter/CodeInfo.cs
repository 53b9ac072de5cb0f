using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Code made ready to run: padded so that the loop needs no end test, with its jump destinations.</summary>
/// <remarks>The bytes lie in a pinned array that this object keeps alive: pointers into it hold as long as the object is referenced.</remarks>
internal sealed unsafe class CodeInfo
{
    /// <summary>Zero bytes on both sides: PUSH reads a whole word that ends anywhere in the code, and the first byte after it is STOP.</summary>
    public const int Padding = 40;

    private readonly byte[] _padded;
    private byte[]? _jumpMap;

    public CodeInfo(ReadOnlySpan<byte> code)
    {
        _padded = GC.AllocateUninitializedArray<byte>(code.Length + (2 * Padding), pinned: true);
        _padded.AsSpan(0, Padding).Clear();
        code.CopyTo(_padded.AsSpan(Padding));
        _padded.AsSpan(Padding + code.Length).Clear();
        Length = code.Length;
        fixed (byte* start = _padded) Start = start + Padding;
        if (Delegation.TryParse(code, out Address target)) DelegatesTo = target;
    }

    /// <summary>The first byte of the code.</summary>
    public byte* Start { get; }

    public int Length { get; }

    /// <summary>EIP-7702: whose code runs instead.</summary>
    public Address? DelegatesTo { get; }

    public ReadOnlySpan<byte> Bytes => new(Start, Length);

    /// <summary>One bit for each byte: a JUMPDEST that is not push data.</summary>
    public byte* JumpMap
    {
        get
        {
            byte[] map = _jumpMap ??= AnalyseJumps(); // two threads may both analyse; the results are equal
            fixed (byte* start = map) return start;
        }
    }

    private byte[] AnalyseJumps()
    {
        byte[] map = GC.AllocateArray<byte>((Length / 8) + 1, pinned: true);
        JumpAnalysis.Mark(Bytes, map);
        return map;
    }
}
