using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Code made ready to run: padded so that the loop needs no end test, with its jump destinations.</summary>
/// <remarks>The bytes lie in a pinned array that this object keeps alive: pointers into it hold as long as the object is referenced.</remarks>
internal sealed unsafe class CodeInfo
{
    /// <summary>Zero bytes on both sides: PUSH reads a whole word that ends anywhere in the code, and the first byte after it is STOP.</summary>
    public const int Padding = 40;

    private byte[] _padded = [];
    private ulong[]? _jumpMap, _spareMap;

    public CodeInfo(ReadOnlySpan<byte> code) => Reload(code);

    /// <summary>No code: a single STOP.</summary>
    public static CodeInfo Empty { get; } = new(default);

    /// <summary>The first byte of the code.</summary>
    public byte* Start { get; private set; }

    public int Length { get; private set; }

    /// <summary>EIP-7702: whose code runs instead.</summary>
    public Address? DelegatesTo { get; private set; }

    public ReadOnlySpan<byte> Bytes => new(Start, Length);

    /// <summary>One bit for each byte: a JUMPDEST that is not push data.</summary>
    public ulong* JumpMap
    {
        get
        {
            // Two threads may both analyse. All must point into the one map that this object keeps alive: frames hold nothing but the pointer.
            ulong[] map = Volatile.Read(ref _jumpMap) ?? Publish(AnalyseJumps());
            fixed (ulong* start = map) return start;
        }
    }

    /// <summary>Takes in other code. Only for an object that a single frame holds.</summary>
    public void Reload(ReadOnlySpan<byte> code)
    {
        int size = code.Length + (2 * Padding);
        if (_padded.Length < size) _padded = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        _padded.AsSpan(0, Padding).Clear();
        code.CopyTo(_padded.AsSpan(Padding));
        _padded.AsSpan(Padding + code.Length, Padding).Clear();
        Length = code.Length;
        fixed (byte* start = _padded) Start = start + Padding;
        _spareMap = _jumpMap ?? _spareMap;
        _jumpMap = null;
        DelegatesTo = Delegation.TryParse(code, out Address target) ? target : null;
    }

    private ulong[] Publish(ulong[] made) => Interlocked.CompareExchange(ref _jumpMap, made, null) ?? made;

    private ulong[] AnalyseJumps()
    {
        int size = (Length / 64) + 1;
        ulong[] map = _spareMap is { } spare && spare.Length >= size ? spare : GC.AllocateUninitializedArray<ulong>(size, pinned: true);
        map.AsSpan(0, size).Clear();
        JumpAnalysis.Mark(Bytes, map);
        return map;
    }
}
