using System.Buffers;
using System.Buffers.Binary;
using BpDao.Core;

namespace BpDao.Blockchain.Archives;

/// <summary>Writes an era1 file (layout: <see cref="Era1Archive"/>): consecutive blocks of proof of work, at most 8192.</summary>
public sealed class Era1Writer
{
    /// <summary>More do not fit under the accumulator.</summary>
    public const int MostBlocks = EraAccumulator.Capacity;

    private readonly Stream _output;
    private readonly EraAccumulator _accumulator = new();
    private readonly List<long> _offsets = [];
    private readonly ArrayBufferWriter<byte> _framed = new(64 << 10);
    private long _at;
    private ulong _first;

    public Era1Writer(Stream output)
    {
        _output = output;
        Write(E2StoreType.Version, []);
    }

    /// <exception cref="InvalidOperationException">The file is full.</exception>
    public void Add(Block block, IReadOnlyList<Receipt> receipts, in UInt256 totalDifficulty)
    {
        if (_offsets.Count == MostBlocks) throw new InvalidOperationException($"An era1 file has at most {MostBlocks} blocks.");
        if (_offsets.Count == 0) _first = block.Number;
        _offsets.Add(_at);
        _accumulator.Add(block.Hash, totalDifficulty);
        WriteFramed(E2StoreType.Header, HeaderCodec.Encode(block.Header));
        WriteFramed(E2StoreType.Body, BlockCodec.EncodeBody(block.Body));
        WriteFramed(E2StoreType.Receipts, EncodeReceipts(receipts));
        Span<byte> word = stackalloc byte[Hash256.Size];
        EraAccumulator.WriteLittleEndian(totalDifficulty, word);
        Write(E2StoreType.TotalDifficulty, word);
    }

    /// <summary>Writes accumulator and index: the file is whole.</summary>
    /// <returns>The accumulator, whose first four bytes are part of the file's customary name.</returns>
    public Hash256 Finish()
    {
        Hash256 root = _accumulator.Root();
        Write(E2StoreType.Accumulator, root.Bytes);
        byte[] index = new byte[(_offsets.Count + 2) * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(index, _first);
        for (int i = 0; i < _offsets.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(index.AsSpan((i + 1) * sizeof(ulong)), _offsets[i] - _at);
        BinaryPrimitives.WriteInt64LittleEndian(index.AsSpan(index.Length - sizeof(ulong)), _offsets.Count);
        Write(E2StoreType.BlockIndex, index);
        return root;
    }

    /// <summary>A list of receipts as blocks carry them (EIP-2718): typed ones as byte strings.</summary>
    private static byte[] EncodeReceipts(IReadOnlyList<Receipt> receipts)
    {
        RlpWriter writer = new(1024);
        writer.StartList();
        foreach (Receipt receipt in receipts)
        {
            byte[] encoded = ReceiptCodec.Encode(receipt);
            if (receipt.Type == TxType.Legacy) writer.WriteRaw(encoded);
            else writer.Write(encoded);
        }

        return writer.EndList().ToArray();
    }

    private void WriteFramed(E2StoreType type, byte[] rlp)
    {
        _framed.ResetWrittenCount();
        SnappyFrames.Encode(rlp, _framed);
        Write(type, _framed.WrittenSpan);
    }

    private void Write(E2StoreType type, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[E2StoreRecord.HeadLength];
        new E2StoreRecord(type, (uint)data.Length).Write(head);
        _output.Write(head);
        _output.Write(data);
        _at += head.Length + data.Length;
    }
}
