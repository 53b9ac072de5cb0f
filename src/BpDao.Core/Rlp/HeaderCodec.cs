using System.Buffers.Binary;

namespace BpDao.Core;

/// <summary>RLP of block headers, Frontier to Osaka: fifteen fields, then one more for each fork that added one.</summary>
public static class HeaderCodec
{
    /// <summary>Longest extra data read from anybody; consensus rules are stricter.</summary>
    public const int MaxExtraData = 1024;

    /// <summary>Fields of an Osaka header: more belong to a fork that this version does not know.</summary>
    public const int MostFields = 21;

    public static byte[] Encode(BlockHeader header)
    {
        RlpWriter writer = new(640);
        Write(writer, header);
        return writer.ToArray();
    }

    public static void Write(RlpWriter writer, BlockHeader h)
    {
        writer.StartList();
        WriteWorkedOn(writer, h);
        writer.Write(h.MixHash);
        Span<byte> nonce = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(nonce, h.Nonce);
        writer.Write(nonce);
        WriteForkFields(writer, h);
        writer.EndList();
    }

    /// <summary>The hash that proof of work is done on: of the header without mix and nonce (Yellow Paper §11.5).</summary>
    public static Hash256 SealHash(BlockHeader h)
    {
        RlpWriter writer = new(640);
        writer.StartList();
        WriteWorkedOn(writer, h);
        WriteForkFields(writer, h);
        return Keccak256.Hash(writer.EndList().WrittenSpan);
    }

    private static void WriteWorkedOn(RlpWriter writer, BlockHeader h) => writer
        .Write(h.ParentHash).Write(h.OmmersHash).Write(h.Beneficiary).Write(h.StateRoot).Write(h.TransactionsRoot)
        .Write(h.ReceiptsRoot).Write(h.LogsBloom.Bytes).Write(h.Difficulty).Write(h.Number).Write(h.GasLimit).Write(h.GasUsed)
        .Write(h.Timestamp).Write(h.ExtraData.Span);

    private static void WriteForkFields(RlpWriter writer, BlockHeader h)
    {
        if (h.BaseFeePerGas is { } baseFee) writer.Write(baseFee);
        if (h.WithdrawalsRoot is { } withdrawalsRoot) writer.Write(withdrawalsRoot);
        if (h.BlobGasUsed is { } blobGasUsed) writer.Write(blobGasUsed);
        if (h.ExcessBlobGas is { } excessBlobGas) writer.Write(excessBlobGas);
        if (h.ParentBeaconBlockRoot is { } beaconRoot) writer.Write(beaconRoot);
        if (h.RequestsHash is { } requestsHash) writer.Write(requestsHash);
    }

    /// <summary>How many fields the list that comes next has; zero when none comes or it is malformed.</summary>
    public static int CountFields(RlpReader reader)
    {
        int fields = 0;
        if (!reader.TryReadList(out RlpReader list)) return 0;
        for (; !list.AtEnd; fields++)
        {
            if (!list.TryReadRaw(out _)) return 0;
        }

        return fields;
    }

    /// <summary>Reads one header from the list that comes next.</summary>
    public static bool TryRead(ref RlpReader reader, out BlockHeader? header)
    {
        header = null;
        if (!reader.TryReadList(out RlpReader r)
            || !r.TryReadHash(out Hash256 parent) || !r.TryReadHash(out Hash256 ommers) || !r.TryReadAddress(out Address beneficiary)
            || !r.TryReadHash(out Hash256 stateRoot) || !r.TryReadHash(out Hash256 txRoot) || !r.TryReadHash(out Hash256 receiptsRoot)
            || !r.TryReadBytes(out ReadOnlySpan<byte> bloom) || bloom.Length != Bloom.Size || !r.TryReadUInt256(out UInt256 difficulty)
            || !r.TryReadUInt64(out ulong number) || !r.TryReadUInt64(out ulong gasLimit) || !r.TryReadUInt64(out ulong gasUsed)
            || !r.TryReadUInt64(out ulong timestamp) || !r.TryReadBytes(MaxExtraData, out byte[] extraData)
            || !r.TryReadHash(out Hash256 mixHash) || !r.TryReadBytes(out ReadOnlySpan<byte> nonce) || nonce.Length != 8)
        {
            return false;
        }

        UInt256? baseFee = null;
        Hash256? withdrawalsRoot = null, beaconRoot = null, requestsHash = null;
        ulong? blobGasUsed = null, excessBlobGas = null;
        if (!r.AtEnd)
        {
            if (!r.TryReadUInt256(out UInt256 value)) return false;
            baseFee = value;
        }

        if (!r.AtEnd)
        {
            if (!r.TryReadHash(out Hash256 value)) return false;
            withdrawalsRoot = value;
        }

        if (!r.AtEnd)
        {
            if (!r.TryReadUInt64(out ulong used) || !r.TryReadUInt64(out ulong excess) || !r.TryReadHash(out Hash256 root)) return false;
            (blobGasUsed, excessBlobGas, beaconRoot) = (used, excess, root);
        }

        if (!r.AtEnd)
        {
            if (!r.TryReadHash(out Hash256 value)) return false;
            requestsHash = value;
        }

        if (!r.AtEnd) return false;
        header = new BlockHeader
        {
            ParentHash = parent,
            OmmersHash = ommers,
            Beneficiary = beneficiary,
            StateRoot = stateRoot,
            TransactionsRoot = txRoot,
            ReceiptsRoot = receiptsRoot,
            LogsBloom = new Bloom(bloom),
            Difficulty = difficulty,
            Number = number,
            GasLimit = gasLimit,
            GasUsed = gasUsed,
            Timestamp = timestamp,
            ExtraData = extraData,
            MixHash = mixHash,
            Nonce = BinaryPrimitives.ReadUInt64BigEndian(nonce),
            BaseFeePerGas = baseFee,
            WithdrawalsRoot = withdrawalsRoot,
            BlobGasUsed = blobGasUsed,
            ExcessBlobGas = excessBlobGas,
            ParentBeaconBlockRoot = beaconRoot,
            RequestsHash = requestsHash,
        };
        return true;
    }
}
