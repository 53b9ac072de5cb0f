using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Which block a method is asked about: a tag, a number, or EIP-1898's object.</summary>
/// <remarks>Every committed block is final, so <c>latest</c>, <c>safe</c> and <c>finalized</c> are one block (protocol rule 2.1).</remarks>
public readonly record struct BlockParameter(BlockParameterKind Kind, ulong Number, Hash256 Hash, bool RequireCanonical)
{
    public static BlockParameter Latest { get; } = new(BlockParameterKind.Latest, 0, default, false);

    public static BlockParameter At(ulong number) => new(BlockParameterKind.Number, number, default, false);

    public static BlockParameter Of(Hash256 hash) => new(BlockParameterKind.Hash, 0, hash, false);

    /// <summary>Says what is wrong, or null.</summary>
    public static string? Read(JsonElement element, out BlockParameter block)
    {
        block = Latest;
        return element.ValueKind switch
        {
            JsonValueKind.String => ReadTagOrNumber(element, out block),
            JsonValueKind.Object => ReadObject(element, out block),
            _ => "want a block tag, number or object",
        };
    }

    private static string? ReadTagOrNumber(JsonElement element, out BlockParameter block)
    {
        block = Latest;
        switch (element.GetString())
        {
            case "latest" or "safe" or "finalized": return null;
            case "earliest":
                block = At(0);
                return null;
            case "pending":
                block = new BlockParameter(BlockParameterKind.Pending, 0, default, false);
                return null;
        }

        string? fault = RpcReading.ReadQuantity(element, out ulong number);
        block = At(number);
        return fault;
    }

    private static string? ReadObject(JsonElement element, out BlockParameter block)
    {
        block = Latest;
        bool byHash = element.TryMember("blockHash", out JsonElement hashElement);
        bool byNumber = element.TryMember("blockNumber", out JsonElement numberElement);
        if (byHash == byNumber) return "want either blockHash or blockNumber";
        if (byNumber) return ReadTagOrNumber(numberElement, out block);
        bool canonical = element.TryMember("requireCanonical", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        string? fault = RpcReading.ReadHash(hashElement, out Hash256 hash);
        block = new BlockParameter(BlockParameterKind.Hash, 0, hash, canonical);
        return fault;
    }
}

/// <summary>How a <see cref="BlockParameter"/> names its block.</summary>
public enum BlockParameterKind : byte
{
    Latest,

    /// <summary>The block that would come next; see <c>docs/rpc.md</c> for what each method makes of it.</summary>
    Pending,

    Number,

    Hash,
}
