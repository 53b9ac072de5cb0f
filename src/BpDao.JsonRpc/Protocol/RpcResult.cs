using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>What a method answers: an error, or something that writes the result. Writing happens once, straight into the response.</summary>
public readonly struct RpcResult
{
    private readonly Action<Utf8JsonWriter>? _write;

    private RpcResult(Action<Utf8JsonWriter>? write, RpcError? error)
    {
        _write = write;
        Error = error;
    }

    /// <summary>Null on success.</summary>
    public RpcError? Error { get; }

    /// <summary>The JSON value <c>null</c>: "there is no such thing".</summary>
    public static RpcResult Null { get; } = new(static w => w.WriteNullValue(), null);

    public static RpcResult Of(Action<Utf8JsonWriter> write) => new(write, null);

    public static RpcResult Of(ulong quantity) => new(w => w.WriteQuantityValue(quantity), null);

    public static RpcResult Of(UInt256 quantity) => new(w => w.WriteQuantityValue(quantity), null);

    public static RpcResult Of(Hash256 hash) => new(w => w.WriteDataValue(hash.Bytes), null);

    public static RpcResult Of(ReadOnlyMemory<byte> data) => new(w => w.WriteDataValue(data.Span), null);

    public static RpcResult Of(string text) => new(w => w.WriteStringValue(text), null);

    public static RpcResult Of(bool value) => new(w => w.WriteBooleanValue(value), null);

    public static implicit operator RpcResult(RpcError error) => new(null, error);

    /// <summary>Writes the result value. Only where <see cref="Error"/> is null.</summary>
    public void Write(Utf8JsonWriter writer) => _write!(writer);
}
