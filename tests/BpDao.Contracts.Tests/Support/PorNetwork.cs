using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Consensus.Por.Contracts;
using BpDao.Core;
using BpDao.Node.Genesis;
using BpDao.Specs;
using BpDao.Testing;

namespace BpDao.Contracts.Tests.Support;

/// <summary>A network as a test wants it: the shipped devnet with other producers, other parameters, and storage that no transaction could write.
/// The genesis is the product's own.</summary>
internal sealed class PorNetwork
{
    /// <summary>Few enough to be made quickly, many enough for every test that does not renew its onions.</summary>
    public const uint OnionLayers = 2048;

    private static readonly UInt256 Ether = UInt256.Parse("1000000000000000000");
    private static readonly UInt256 EqualBond = (UInt256)25_000_000 * Ether;

    private readonly Dictionary<string, UInt256> _parameters = new()
    {
        ["onionLayers"] = OnionLayers,
        ["onionRenewBelow"] = 64,
    };

    private readonly List<(UInt256 Reputation, UInt256 Bond)> _bonds = [.. Enumerable.Repeat((EqualBond, EqualBond), 4)];
    private readonly Dictionary<Address, UInt256> _funds = [];
    private readonly Dictionary<Address, byte[]> _code = [];
    private readonly List<Action<GenesisStorage>> _changes = [];

    /// <summary>Who owns each bond, by slot: not the key that signs for it.</summary>
    public IReadOnlyList<TestProducer> Producers =>
        [.. _bonds.Select((_, i) => new TestProducer($"identity {i}", PublishedKeys.ProducerKey(i), (uint)(ulong)_parameters["onionLayers"]))];

    /// <summary>That many producers of equal weight.</summary>
    public PorNetwork Equal(int producers) => Bonds([.. Enumerable.Repeat((EqualBond, EqualBond), producers)]);

    /// <summary>REP and the bonded part of it, by slot, in wei.</summary>
    public PorNetwork Bonds(params ReadOnlySpan<(UInt256 Reputation, UInt256 Bond)> bonds)
    {
        _bonds.Clear();
        _bonds.AddRange(bonds);
        return this;
    }

    /// <summary>A parameter of the Work contract, by its name.</summary>
    public PorNetwork With(string parameter, UInt256 value)
    {
        if (WorkParameters.ByName(parameter) is null) throw new ArgumentException($"There is no parameter {parameter}.", nameof(parameter));
        _parameters[parameter] = value;
        return this;
    }

    public PorNetwork Fund(Address account, UInt256 wei)
    {
        _funds[account] = wei;
        return this;
    }

    public PorNetwork Code(Address account, byte[] code)
    {
        _code[account] = code;
        return this;
    }

    /// <summary>Writes storage after the genesis was built.</summary>
    public PorNetwork Change(Action<GenesisStorage> change)
    {
        _changes.Add(change);
        return this;
    }

    public ChainSpec Build()
    {
        ChainSpec template = GenesisFile.Shipped("devnet");
        JsonObject engine = JsonSerializer.Deserialize<JsonObject>(template.EngineParameters)!;
        engine.Remove("publishedProducers");
        engine["producers"] = new JsonArray([.. Producers.Select(ToJson)]);
        foreach ((string name, UInt256 value) in _parameters) engine["parameters"]![name] = value.ToString();

        Dictionary<Address, GenesisAccount> alloc = Producers.ToDictionary(p => p.Identity.Address, _ => Account((UInt256)1_000_000 * Ether));
        foreach ((Address account, UInt256 wei) in _funds) alloc[account] = Account(wei);
        foreach ((Address account, byte[] code) in _code) alloc[account] = new GenesisAccount(UInt256.Zero, 1, code, new Dictionary<UInt256, UInt256>());
        template = template with { EngineParameters = JsonSerializer.SerializeToElement(engine), Genesis = template.Genesis with { Alloc = alloc } };
        if (!GenesisBuilder.TryBuild(template, out ChainSpec? spec, out _, out string? error)) throw new InvalidOperationException(error);
        return _changes.Count == 0 ? spec : Changed(spec);
    }

    private JsonNode ToJson(TestProducer producer, int slot) => new JsonObject
    {
        ["identity"] = producer.Identity.Address.ToString(),
        ["key"] = producer.Key.Address.ToString(),
        ["rep"] = _bonds[slot].Reputation.ToString(),
        ["bond"] = _bonds[slot].Bond.ToString(),
        ["onionTip"] = producer.OnionTip.ToString(),
    };

    private ChainSpec Changed(ChainSpec spec)
    {
        Dictionary<Address, Dictionary<UInt256, UInt256>> words = spec.Genesis.Alloc.ToDictionary(a => a.Key, a => new Dictionary<UInt256, UInt256>(a.Value.Storage));
        GenesisStorage storage = new(words);
        foreach (Action<GenesisStorage> change in _changes) change(storage);

        Dictionary<Address, GenesisAccount> alloc = spec.Genesis.Alloc.ToDictionary(a => a.Key, a => a.Value with { Storage = words[a.Key] });
        return spec with { GenesisHash = null, Genesis = spec.Genesis with { Alloc = alloc } };
    }

    private static GenesisAccount Account(UInt256 wei) => new(wei, 0, default, new Dictionary<UInt256, UInt256>());
}
