namespace BpDao.Evm;

/// <summary>A growing buffer whose bytes stay where they are until it grows.</summary>
internal sealed unsafe class PinnedBuffer
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(1024, pinned: true);

    public PinnedBuffer() => Locate();

    public byte* Start { get; private set; }

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => new(Start, Length);

    /// <summary>Makes the buffer <paramref name="length"/> bytes long; they hold anything.</summary>
    public Span<byte> Resize(int length)
    {
        if (length > _bytes.Length)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(length, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)), pinned: true);
            Locate();
        }

        Length = length;
        return new Span<byte>(Start, length);
    }

    /// <summary>Copies bytes in and says where they are.</summary>
    public byte* Fill(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Resize(bytes.Length));
        return Start;
    }

    private void Locate()
    {
        fixed (byte* start = _bytes) Start = start;
    }
}
