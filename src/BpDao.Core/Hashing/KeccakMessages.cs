namespace BpDao.Core;

/// <summary>The messages of a batch, by their index.</summary>
internal interface IKeccakMessages
{
    ReadOnlySpan<byte> this[int index] { get; }
}

/// <summary>Messages of one length, one behind the other.</summary>
internal readonly ref struct EqualMessages(ReadOnlySpan<byte> bytes, int length) : IKeccakMessages
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public ReadOnlySpan<byte> this[int index] => _bytes.Slice(index * length, length);
}

/// <summary>Messages one behind the other, with the place where each ends.</summary>
internal readonly ref struct AdjacentMessages(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends) : IKeccakMessages
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<int> _ends = ends;

    public ReadOnlySpan<byte> this[int index] => _bytes[(index == 0 ? 0 : _ends[index - 1]).._ends[index]];
}
