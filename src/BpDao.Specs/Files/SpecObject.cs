using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>One JSON object of a chainspec while it is read. Whoever reads names every key once; <see cref="RefuseOthers"/> then
/// faults what nobody asked for. A fault is recorded and reading goes on with a default, so no member throws:
/// <see cref="ChainSpecFile"/> has refused texts that are not Unicode, which the JSON element would throw for.</summary>
public sealed class SpecObject
{
    private static readonly JsonElement EmptyObject = JsonSerializer.Deserialize<JsonElement>("{}");

    private readonly SpecFaults _faults;
    private readonly Dictionary<string, JsonElement> _members;
    private readonly HashSet<string> _asked;
    private readonly bool _loose;

    /// <param name="loose">As Go reads JSON: the case of keys does not matter, null is as good as absent, and
    /// a number may have no digits after its <c>0x</c>.</param>
    public SpecObject(JsonElement element, string path, SpecFaults faults, bool loose = false)
    {
        (Path, _faults, _loose) = (path, faults, loose);
        StringComparer keys = loose ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        (_members, _asked) = (new(keys), new(keys));
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add(path, $"{SpecFaults.Quote(element.GetRawText())} is not an object");
            return;
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (loose && member.Value.ValueKind == JsonValueKind.Null) continue;
            if (!_members.TryAdd(member.Name, member.Value)) faults.Add(PathOf(member.Name), "appears twice");
        }
    }

    public string Path { get; }

    /// <summary>In the order of the file.</summary>
    public IEnumerable<string> Keys => _members.Keys;

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    public bool Has(string key) => _members.ContainsKey(key);

    public void Fault(string key, string message) => _faults.Add(PathOf(key), message);

    /// <summary>Keys that nobody asked for so far.</summary>
    public IEnumerable<string> NotAsked => _members.Keys.Where(key => !_asked.Contains(key));

    /// <summary>Every key that was not asked for is a fault: a misspelt rule must not go unnoticed.</summary>
    public void RefuseOthers()
    {
        foreach (string key in NotAsked) Fault(key, "unknown key");
    }

    public bool TryGet(string key, out JsonElement value)
    {
        _asked.Add(key);
        return _members.TryGetValue(key, out value);
    }

    /// <summary>The object under that key; empty, and a fault, when it is not there.</summary>
    public SpecObject RequiredObject(string key)
    {
        if (TryGet(key, out JsonElement value)) return new SpecObject(value, PathOf(key), _faults, _loose);
        Fault(key, "missing");
        return new SpecObject(EmptyObject, PathOf(key), _faults, _loose);
    }

    public string RequiredText(string key)
    {
        if (!TryGet(key, out JsonElement value))
        {
            Fault(key, "missing");
            return "";
        }

        if (value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString())) return value.GetString()!;
        Fault(key, $"{SpecFaults.Quote(value.GetRawText())} is not a text");
        return "";
    }

    /// <summary><c>true</c> or <c>false</c>, which it is when absent.</summary>
    public bool Flag(string key)
    {
        if (!TryGet(key, out JsonElement value)) return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Fault(key, $"{SpecFaults.Quote(value.GetRawText())} is not true or false");
        return value.ValueKind == JsonValueKind.True;
    }

    public ulong RequiredUInt64(string key)
    {
        if (!Has(key)) Fault(key, "missing");
        return UInt64(key) ?? 0;
    }

    /// <summary>A JSON number, or a decimal or 0x-hex string; null when absent.</summary>
    public ulong? UInt64(string key)
    {
        if (UInt256(key) is not { } wide) return null;
        if (wide.IsUInt64) return (ulong)wide;
        Fault(key, $"{wide} does not fit into 64 bits");
        return 0;
    }

    /// <summary>A JSON number, or a decimal or 0x-hex string; null when absent.</summary>
    public UInt256? UInt256(string key)
    {
        if (!TryGet(key, out JsonElement value)) return null;
        if (TryNumber(value, out UInt256 number)) return number;
        if (_loose && value.ValueKind == JsonValueKind.String && value.ValueEquals("0x")) return default(UInt256);
        Fault(key, $"{SpecFaults.Quote(value.GetRawText())} is not a number");
        return default(UInt256);
    }

    /// <summary><c>0x</c> and 40 hex digits; null when absent.</summary>
    public Address? Address(string key)
    {
        if (!TryGet(key, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.String && TryAddress(value.GetString()!, out Address address)) return address;
        Fault(key, $"{SpecFaults.Quote(value.GetRawText())} is not an address");
        return default(Address);
    }

    /// <summary><c>0x</c> and 64 hex digits; null when absent.</summary>
    public Hash256? Hash(string key)
    {
        if (!TryGet(key, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.String && IsPrefixed(value.GetString()!) && Hash256.TryParse(value.GetString(), out Hash256 hash))
        {
            return hash;
        }

        Fault(key, $"{SpecFaults.Quote(value.GetRawText())} is not a 32-byte hash");
        return default(Hash256);
    }

    /// <summary><c>0x</c> and whole bytes of hex; null when absent.</summary>
    public byte[]? Bytes(string key)
    {
        if (!TryGet(key, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.String && IsPrefixed(value.GetString()!) && Hex.TryDecode(value.GetString(), out byte[]? bytes))
        {
            return bytes;
        }

        Fault(key, $"{SpecFaults.Quote(value.GetRawText())} is not hex");
        return [];
    }

    public static bool TryNumber(JsonElement value, out UInt256 number)
    {
        number = default;
        return value.ValueKind switch
        {
            JsonValueKind.Number => Core.UInt256.TryParse(value.GetRawText(), out number),
            JsonValueKind.String => Core.UInt256.TryParse(value.GetString(), out number),
            _ => false,
        };
    }

    public static bool TryAddress(string text, out Address address)
    {
        address = default;
        return IsPrefixed(text) && Core.Address.TryParse(text, out address);
    }

    private static bool IsPrefixed(string text) => text.StartsWith("0x", StringComparison.Ordinal);
}
