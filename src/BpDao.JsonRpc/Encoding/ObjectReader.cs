using System.Text.Json;
using BpDao.Core;

namespace BpDao.JsonRpc;

/// <summary>Reads one JSON object member by member and remembers the first fault, with the member's name.</summary>
internal sealed class ObjectReader(JsonElement json)
{
    /// <summary>Reads an item of a list; says what is wrong, or null.</summary>
    public delegate string? ItemReader<T>(JsonElement element, out T value);

    public string? Fault { get; private set; } = json.ValueKind == JsonValueKind.Object ? null : "want an object";

    public UInt256? Quantity(string name) => Read<UInt256>(name, RpcReading.ReadQuantity);

    public ulong? Number(string name) => Read<ulong>(name, RpcReading.ReadQuantity);

    public Address? Address(string name) => Read<Address>(name, RpcReading.ReadAddress);

    public Hash256? Hash(string name) => Read<Hash256>(name, RpcReading.ReadHash);

    public byte[]? Data(string name)
    {
        if (!TryMember(name, out JsonElement element)) return null;
        string? fault = RpcReading.ReadData(element, out byte[] bytes);
        if (fault is not null) Fail(name, fault);
        return fault is null ? bytes : null;
    }

    /// <summary>A list of objects; null when absent.</summary>
    public List<T>? List<T>(string name, int max, Func<ObjectReader, T> readItem) => List(name, max, (JsonElement element, out T value) =>
    {
        ObjectReader item = new(element);
        value = item.Fault is null ? readItem(item) : default!;
        return item.Fault;
    });

    /// <summary>A list of values; null when absent.</summary>
    public List<T>? List<T>(string name, int max, ItemReader<T> readItem)
    {
        if (!TryMember(name, out JsonElement list)) return null;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > max)
        {
            Fail(name, $"want a list of at most {max}");
            return null;
        }

        List<T> items = [];
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (readItem(element, out T value) is { } fault) Fail($"{name}[{items.Count}]", fault);
            items.Add(value);
        }

        return items;
    }

    /// <summary>The member that <paramref name="read"/> reads; a fault when it is absent.</summary>
    public T Required<T>(string name, Func<string, T?> read)
        where T : struct
    {
        T? value = read(name);
        if (value is null) Fail(name, "missing");
        return value ?? default;
    }

    /// <summary>The members of an object member; none when absent.</summary>
    public IEnumerable<JsonProperty> Members(string name)
    {
        if (!TryMember(name, out JsonElement element)) return [];
        if (element.ValueKind == JsonValueKind.Object) return element.EnumerateObject();
        Fail(name, "want an object");
        return [];
    }

    public bool Has(string name) => TryMember(name, out _);

    /// <summary>Keeps the first fault.</summary>
    public void Fail(string name, string fault) => Fault ??= $"{name}: {fault}";

    private T? Read<T>(string name, ItemReader<T> read)
        where T : struct
    {
        if (!TryMember(name, out JsonElement element)) return null;
        if (read(element, out T value) is not { } fault) return value;
        Fail(name, fault);
        return null;
    }

    private bool TryMember(string name, out JsonElement element)
    {
        element = default;
        return json.ValueKind == JsonValueKind.Object && json.TryMember(name, out element);
    }
}
