using System.Globalization;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>What transactions cost, cost lately, and should offer.</summary>
/// <param name="minTip">Least tip the pool asks for, in wei per gas.</param>
internal sealed class EthFeeModule(ChainQuestions questions, FeeHistory history, UInt256 minTip) : IRpcModule
{
    private const ulong MaxBlocks = 1024;
    private const int MaxPercentiles = 100;

    public string Namespace => "eth";

    public IReadOnlyList<RpcMethod> Methods =>
    [
        new("eth_gasPrice", 0, 0, _ => RpcResult.Of(questions.Next.NextBaseFee + SuggestedTip)),
        new("eth_maxPriorityFeePerGas", 0, 0, _ => RpcResult.Of(SuggestedTip)),
        new("eth_baseFee", 0, 0, _ => RpcResult.Of(questions.Next.NextBaseFee)),
        new("eth_blobBaseFee", 0, 0, _ => RpcResult.Of(NextBlobBaseFee(questions.Tree.Head))),
        new("eth_feeHistory", 2, 3, History),
    ];

    private UInt256 SuggestedTip => history.SuggestTip(UInt256.Max(minTip, UInt256.One));

    private RpcResult History(RpcCall call)
    {
        RpcParameters p = call.Parameters;
        if (!p.Check(0, ReadCount(p[0], out ulong count)) || !p.Block(1, out BlockParameter newest)) return p.Fault;
        List<double> percentiles = [];
        if (!p.IsAbsent(2) && !p.Check(2, ReadPercentiles(p[2], percentiles))) return p.Fault;
        if (questions.Find(newest) is not { } last) return questions.NotFound(newest);

        count = Math.Min(Math.Min(count, MaxBlocks), last.Number + 1);
        List<BlockFees> blocks = [];
        for (ulong number = last.Number + 1 - count; number <= last.Number && count != 0; number++)
        {
            if (questions.Tree.HeaderByNumber(number) is not { } header || history.Of(header, percentiles) is not { } fees)
            {
                return questions.NotFound(BlockParameter.At(number));
            }

            blocks.Add(fees);
        }

        return RpcResult.Of(w => Write(w, blocks, percentiles.Count != 0));
    }

    private void Write(Utf8JsonWriter w, List<BlockFees> blocks, bool withRewards)
    {
        w.WriteStartObject();
        w.WriteQuantity("oldestBlock"u8, blocks.Count == 0 ? 0 : blocks[0].Header.Number);
        if (withRewards)
        {
            w.WriteStartArray("reward"u8);
            foreach (BlockFees block in blocks) WriteQuantities(w, block.Rewards);
            w.WriteEndArray();
        }

        if (blocks.Count != 0)
        {
            BlockHeader last = blocks[^1].Header;
            w.WritePropertyName("baseFeePerGas"u8);
            WriteQuantities(w, [.. blocks.Select(b => b.Header.BaseFeePerGas ?? UInt256.Zero), NextBaseFee(last)]);
            w.WritePropertyName("baseFeePerBlobGas"u8);
            WriteQuantities(w, [.. blocks.Select(b => b.BlobBaseFee), NextBlobBaseFee(last)]);
        }

        WriteRatios(w, "gasUsedRatio"u8, blocks.Select(b => Ratio(b.Header.GasUsed, b.Header.GasLimit)));
        WriteRatios(w, "blobGasUsedRatio"u8, blocks.Select(b => Ratio(b.Header.BlobGasUsed ?? 0, b.MaxBlobGas)));
        w.WriteEndObject();
    }

    private UInt256 NextBaseFee(BlockHeader header) => header.Hash == questions.Next.Header.Hash
        ? questions.Next.NextBaseFee
        : questions.Tree.HeaderByNumber(header.Number + 1)?.BaseFeePerGas ?? UInt256.Zero;

    private UInt256 NextBlobBaseFee(BlockHeader header)
    {
        if (header.ExcessBlobGas is not { } excess) return UInt256.Zero;
        IReleaseSpec spec = questions.Next.NextSpec;
        ulong next = BlobGas.NextExcess(excess, header.BlobGasUsed ?? 0, header.BaseFeePerGas ?? UInt256.Zero, spec);
        return BlobGas.BaseFee(next, spec.Blobs);
    }

    private static double Ratio(ulong used, ulong limit) => limit == 0 ? 0 : (double)used / limit;

    private static void WriteQuantities(Utf8JsonWriter w, IEnumerable<UInt256> values)
    {
        w.WriteStartArray();
        foreach (UInt256 value in values) w.WriteQuantityValue(value);
        w.WriteEndArray();
    }

    private static void WriteRatios(Utf8JsonWriter w, ReadOnlySpan<byte> name, IEnumerable<double> ratios)
    {
        w.WriteStartArray(name);
        foreach (double ratio in ratios) w.WriteNumberValue(ratio);
        w.WriteEndArray();
    }

    /// <summary>A quantity, or a plain number as older clients send it.</summary>
    private static string? ReadCount(JsonElement element, out ulong count)
    {
        count = 0;
        if (element.ValueKind == JsonValueKind.Number) return element.TryGetUInt64(out count) ? null : "want a whole number";
        if (element.ValueKind == JsonValueKind.String
            && ulong.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out count))
        {
            return null;
        }

        return RpcReading.ReadQuantity(element, out count);
    }

    private static string? ReadPercentiles(JsonElement element, List<double> percentiles)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > MaxPercentiles)
        {
            return $"want a list of at most {MaxPercentiles} percentiles";
        }

        double last = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetDouble(out double p) || p < last || p > 100)
            {
                return "percentiles must be numbers from 0 to 100 that do not fall";
            }

            percentiles.Add(last = p);
        }

        return null;
    }
}
