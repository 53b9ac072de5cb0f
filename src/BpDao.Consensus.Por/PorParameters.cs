using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Specs.Files;

namespace BpDao.Consensus.Por;

/// <summary>The <c>engine.por</c> object of a chainspec. Rules and numbers of the protocol are in the contracts' genesis storage; here is only
/// what a node must know before it can read contracts, and what a devnet publishes.</summary>
public sealed record PorParameters
{
    /// <summary>The bench of epoch 0; epoch 1 has the same one (protocol rule 3.1).</summary>
    public required Bench Bench { get; init; }

    /// <summary>Consensus keys that are published on purpose, by slot; empty on public networks.</summary>
    public required IReadOnlyList<Hash256> PublishedProducers { get; init; }

    /// <summary>Keys of funded accounts that are published on purpose; empty on public networks.</summary>
    public required IReadOnlyList<Hash256> PublishedAccounts { get; init; }

    /// <param name="error">One line: the JSON path, what is wrong.</param>
    public static bool TryRead(JsonElement engine, [NotNullWhen(true)] out PorParameters? parameters, [NotNullWhen(false)] out string? error)
    {
        SpecFaults faults = new();
        parameters = null;
        SpecObject por = new(engine, "engine.por", faults);
        List<BenchMember> members = ReadBench(por, faults);
        IReadOnlyList<Hash256> producers = ReadKeys(por, "publishedProducers", faults);
        IReadOnlyList<Hash256> accounts = ReadKeys(por, "publishedAccounts", faults);
        por.RefuseOthers();
        if (!Bench.TryCreate(0, members, out Bench? bench))
        {
            por.Fault("bench", "needs ascending slots, different keys and weights above zero");
        }

        error = faults.First;
        if (error is not null) return false;
        parameters = new PorParameters { Bench = bench!, PublishedProducers = producers, PublishedAccounts = accounts };
        return true;
    }

    /// <summary>The object as <see cref="TryRead"/> reads it.</summary>
    public JsonElement ToJson()
    {
        Dictionary<string, object> por = new()
        {
            ["bench"] = Bench.Members.Select(m => new Dictionary<string, object>
            {
                ["slot"] = m.Slot,
                ["identity"] = m.Identity.ToString(),
                ["key"] = Hex.Encode(m.Key.Span),
                ["weight"] = m.Weight.ToString(),
            }).ToArray(),
        };
        if (PublishedProducers.Count > 0) por["publishedProducers"] = PublishedProducers.Select(k => k.ToString()).ToArray();
        if (PublishedAccounts.Count > 0) por["publishedAccounts"] = PublishedAccounts.Select(k => k.ToString()).ToArray();
        return JsonSerializer.SerializeToElement(por);
    }

    private static List<BenchMember> ReadBench(SpecObject por, SpecFaults faults)
    {
        List<BenchMember> members = [];
        if (!por.TryGet("bench", out JsonElement list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            por.Fault("bench", "a bench without weight");
            return members;
        }

        foreach (JsonElement element in list.EnumerateArray())
        {
            SpecObject item = new(element, $"engine.por.bench[{members.Count}]", faults);
            ulong slot = item.RequiredUInt64("slot");
            Address? identity = item.Address("identity");
            byte[]? key = item.Bytes("key");
            UInt256 weight = item.UInt256("weight") ?? UInt256.Zero;
            if (slot >= SlotBitmap.MaxSlots) item.Fault("slot", $"{slot} is not below {SlotBitmap.MaxSlots}");
            if (identity is null) item.Fault("identity", "missing");
            if (key is null) item.Fault("key", "missing");
            else if (key.Length != Address.Size) item.Fault("key", $"has {key.Length} bytes, not {Address.Size}");
            if (weight.IsZero) item.Fault("weight", "a member without weight");
            item.RefuseOthers();
            members.Add(new BenchMember((uint)Math.Min(slot, uint.MaxValue), identity ?? default, key ?? [], weight));
        }

        return members;
    }

    private static List<Hash256> ReadKeys(SpecObject por, string name, SpecFaults faults)
    {
        List<Hash256> keys = [];
        if (!por.TryGet(name, out JsonElement list)) return keys;
        if (list.ValueKind != JsonValueKind.Array)
        {
            por.Fault(name, "is not a list");
            return keys;
        }

        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.String && Hash256.TryParse(element.GetString(), out Hash256 key)) keys.Add(key);
            else faults.Add($"engine.por.{name}[{keys.Count}]", "is not a 32-byte key");
        }

        return keys;
    }
}
