using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>The filter object of <c>eth_getLogs</c>: which logs, and from which blocks.</summary>
internal sealed record LogQuery(LogFilter Filter)
{
    private const int MaxTopics = 4;
    private const int MaxChoices = 1000;

    /// <summary>The one block, instead of a range.</summary>
    public Hash256? BlockHash { get; private init; }

    public BlockParameter From { get; private init; } = BlockParameter.Latest;

    public BlockParameter To { get; private init; } = BlockParameter.Latest;

    /// <summary>Says what is wrong, or null.</summary>
    public static string? Read(JsonElement json, out LogQuery query)
    {
        ObjectReader r = new(json);
        bool hasRange = r.Has("fromBlock") || r.Has("toBlock");
        Hash256? blockHash = r.Hash("blockHash");
        List<Address> addresses = ReadAddresses(r, json);
        List<IReadOnlyCollection<Hash256>?>? topics = r.List<IReadOnlyCollection<Hash256>?>("topics", MaxTopics, ReadChoices);
        query = new LogQuery(new LogFilter(new HashSet<Address>(addresses), topics ?? []))
        {
            BlockHash = blockHash,
            From = ReadBlock(r, json, "fromBlock"),
            To = ReadBlock(r, json, "toBlock"),
        };
        if (blockHash is not null && hasRange) return "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other";
        return r.Fault;
    }

    /// <summary>The number that one end of the range names while <paramref name="head"/> is the last block.</summary>
    public static ulong NumberOf(BlockParameter block, ulong head) => block.Kind == BlockParameterKind.Number ? block.Number : head;

    private static BlockParameter ReadBlock(ObjectReader r, JsonElement json, string name)
    {
        if (!r.Has(name)) return BlockParameter.Latest;
        string? fault = BlockParameter.Read(json.GetProperty(name), out BlockParameter block);
        if (fault is null && block.Kind == BlockParameterKind.Hash) fault = "want a number or a tag";
        if (fault is not null) r.Fail(name, fault);
        return block;
    }

    private static List<Address> ReadAddresses(ObjectReader r, JsonElement json)
    {
        if (!r.Has("address")) return [];
        if (json.GetProperty("address").ValueKind == JsonValueKind.String) return r.Address("address") is { } one ? [one] : [];
        List<Address>? several = r.List("address", MaxChoices, static (JsonElement e, out Address a) => RpcReading.ReadAddress(e, out a));
        return several ?? [];
    }

    /// <summary>One position: null or an empty list for anything, a topic, or a list of topics.</summary>
    private static string? ReadChoices(JsonElement element, out IReadOnlyCollection<Hash256>? choices)
    {
        choices = null;
        if (element.ValueKind == JsonValueKind.Null) return null;
        if (element.ValueKind != JsonValueKind.Array)
        {
            string? fault = RpcReading.ReadHash(element, out Hash256 one);
            choices = [one];
            return fault;
        }

        if (element.GetArrayLength() > MaxChoices) return $"want at most {MaxChoices} topics";
        HashSet<Hash256> read = [];
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Null) return null; // one of the choices is "anything"
            if (RpcReading.ReadHash(item, out Hash256 topic) is { } fault) return fault;
            read.Add(topic);
        }

        choices = read;
        return null;
    }
}
