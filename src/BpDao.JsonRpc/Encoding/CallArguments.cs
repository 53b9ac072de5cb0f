using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>The transaction object of <c>eth_call</c> and its kin: a transaction that nobody signed.</summary>
internal sealed record CallArguments
{
    private const int MaxItems = 10_000;

    public Address From { get; private init; }

    public Address? To { get; private init; }

    /// <summary>Null: as much as the node allows.</summary>
    public ulong? Gas { get; private init; }

    public ulong? Nonce { get; private init; }

    /// <summary>Null when no price was named: the call is free.</summary>
    public UInt256? FeeCap { get; private init; }

    public UInt256? Tip { get; private init; }

    public UInt256? BlobFeeCap { get; private init; }

    public UInt256 Value { get; private init; }

    public ulong? ChainId { get; private init; }

    public ReadOnlyMemory<byte> Data { get; private init; }

    public IReadOnlyList<AccessListEntry>? AccessList { get; private init; }

    public IReadOnlyList<Hash256> BlobHashes { get; private init; } = [];

    public IReadOnlyList<Authorization> Authorizations { get; private init; } = [];

    private bool IsLegacyPrice { get; init; }

    /// <summary>Says what is wrong, or null.</summary>
    public static string? Read(JsonElement json, out CallArguments arguments)
    {
        ObjectReader r = new(json);
        UInt256? gasPrice = r.Quantity("gasPrice");
        UInt256? maxFee = r.Quantity("maxFeePerGas");
        UInt256? tip = r.Quantity("maxPriorityFeePerGas");
        byte[]? data = r.Data("data");
        byte[]? input = r.Data("input");
        arguments = new CallArguments
        {
            From = r.Address("from") ?? default,
            To = r.Address("to"),
            Gas = r.Number("gas"),
            Nonce = r.Number("nonce"),
            FeeCap = gasPrice ?? maxFee ?? tip,
            Tip = gasPrice ?? tip,
            IsLegacyPrice = gasPrice is not null,
            BlobFeeCap = r.Quantity("maxFeePerBlobGas"),
            Value = r.Quantity("value") ?? UInt256.Zero,
            ChainId = r.Number("chainId"),
            Data = input ?? data ?? [],
            AccessList = r.List("accessList", MaxItems, ReadAccessListEntry),
            BlobHashes = r.List<Hash256>("blobVersionedHashes", MaxItems, ReadHash) ?? [],
            Authorizations = r.List("authorizationList", MaxItems, ReadAuthorization) ?? [],
        };
        if (r.Fault is { } fault) return fault;
        if (data is not null && input is not null && !data.AsSpan().SequenceEqual(input))
        {
            return "both \"data\" and \"input\" are set and not equal; use \"input\"";
        }

        if (gasPrice is not null && (maxFee is not null || tip is not null))
        {
            return "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified";
        }

        return maxFee < tip ? $"maxFeePerGas ({maxFee}) < maxPriorityFeePerGas ({tip})" : null;
    }

    /// <summary>The transaction as if its sender had signed it, with at most that much gas.</summary>
    public Transaction ToTransaction(ulong gasCap, ulong chainId) => new()
    {
        Type = Type(),
        ChainId = ChainId ?? chainId,
        Nonce = Nonce ?? 0,
        MaxFeePerGas = FeeCap ?? UInt256.Zero,
        MaxPriorityFeePerGas = Tip ?? UInt256.Zero,
        MaxFeePerBlobGas = BlobFeeCap ?? UInt256.Zero,
        GasLimit = Math.Min(Gas ?? gasCap, gasCap),
        To = To,
        Value = Value,
        Data = Data,
        AccessList = AccessList ?? [],
        BlobVersionedHashes = BlobHashes,
        AuthorizationList = Authorizations,
        Sender = From,
    };

    private TxType Type()
    {
        if (Authorizations.Count != 0) return TxType.SetCode;
        if (BlobHashes.Count != 0) return TxType.Blob;
        if (FeeCap is not null && !IsLegacyPrice) return TxType.DynamicFee;
        return AccessList is null ? TxType.Legacy : TxType.AccessList;
    }

    private static AccessListEntry ReadAccessListEntry(ObjectReader r) =>
        new(r.Required("address", r.Address), r.List<UInt256>("storageKeys", MaxItems, ReadSlot) ?? []);

    private static Authorization ReadAuthorization(ObjectReader r) => new(
        r.Required("chainId", r.Quantity), r.Required("address", r.Address), r.Required("nonce", r.Number),
        new TxSignature((byte)Math.Min(r.Required("yParity", r.Number), byte.MaxValue), r.Required("r", r.Quantity), r.Required("s", r.Quantity)));

    private static string? ReadSlot(JsonElement element, out UInt256 slot) => RpcReading.ReadSlot(element, out slot);

    private static string? ReadHash(JsonElement element, out Hash256 hash) => RpcReading.ReadHash(element, out hash);
}
