using System.Globalization;
using System.Text.Json;
using BpDao.Core;
using BpDao.Specs;
using BpDao.Testing;

namespace BpDao.Contracts.Tests.Support;

/// <summary>A variable in a system contract's storage, found by the layout that the compiler wrote beside the code.</summary>
internal sealed class StoragePlace
{
    private readonly JsonElement _types;
    private readonly string _type;

    private StoragePlace(Address contract, JsonElement types, string type, UInt256 slot, int offset)
    {
        (Contract, _types, _type, Slot, Offset) = (contract, types, type, slot, offset);
    }

    public Address Contract { get; }

    public UInt256 Slot { get; }

    /// <summary>Bytes from the word's low end.</summary>
    public int Offset { get; }

    /// <summary>At most 32.</summary>
    public int Size => int.Parse(_types.GetProperty(_type).GetProperty("numberOfBytes").GetString()!, CultureInfo.InvariantCulture);

    /// <summary>The value's bits in its word.</summary>
    public UInt256 Mask => (Size == 32 ? UInt256.MaxValue : (UInt256.One << (8 * Size)) - UInt256.One) << (8 * Offset);

    public static StoragePlace Bonds(string variable) => Of(SystemContracts.Availability, "Availability", variable);

    public static StoragePlace Rep(string variable) => Of(SystemContracts.Reputation, "Reputation", variable);

    public static StoragePlace Governance(string variable) => Of(SystemContracts.Governance, "Governance", variable);

    public static StoragePlace Of(Address contract, string name, string variable)
    {
        using FileStream artifact = File.OpenRead(Repository.PathOf("chainspec", "artifacts", $"{name}.json"));
        JsonElement layout = JsonDocument.Parse(artifact).RootElement.GetProperty("storageLayout");
        return Find(contract, layout.GetProperty("types"), layout.GetProperty("storage"), variable, UInt256.Zero);
    }

    /// <summary>A struct's member.</summary>
    public StoragePlace Member(string name) => Find(Contract, _types, _types.GetProperty(_type).GetProperty("members"), name, Slot);

    /// <summary>A mapping's value: keccak256(key ‖ slot).</summary>
    public StoragePlace Key(UInt256 key) =>
        new(Contract, _types, _types.GetProperty(_type).GetProperty("value").GetString()!, UInt256.FromHash(Keccak256.Hash([.. key.ToBigEndian(), .. Slot.ToBigEndian()])), 0);

    public StoragePlace Key(Address key) => Key(UInt256.FromBigEndian(key.Bytes));

    /// <summary>A word further on: elements of arrays.</summary>
    public StoragePlace Word(ulong index) => new(Contract, _types, "t_uint256", Slot + index, 0);

    /// <summary>The first word of a dynamic array's elements.</summary>
    public StoragePlace Elements() => new(Contract, _types, "t_uint256", UInt256.FromHash(Keccak256.Hash(Slot.ToBigEndian())), 0);

    private static StoragePlace Find(Address contract, JsonElement types, JsonElement variables, string name, UInt256 start)
    {
        foreach (JsonElement v in variables.EnumerateArray())
        {
            if (v.GetProperty("label").GetString() != name) continue;
            UInt256 slot = start + UInt256.Parse(v.GetProperty("slot").GetString()!);
            return new StoragePlace(contract, types, v.GetProperty("type").GetString()!, slot, v.GetProperty("offset").GetInt32());
        }

        throw new ArgumentException($"There is no {name}.", nameof(name));
    }
}

/// <summary>The storage of a genesis that was built, for what no transaction could write.</summary>
internal sealed class GenesisStorage(IReadOnlyDictionary<Address, Dictionary<UInt256, UInt256>> words)
{
    public UInt256 Get(StoragePlace place) => (words[place.Contract].GetValueOrDefault(place.Slot) & place.Mask) >> (8 * place.Offset);

    public void Set(StoragePlace place, UInt256 value)
    {
        UInt256 word = (words[place.Contract].GetValueOrDefault(place.Slot) & ~place.Mask) | ((value << (8 * place.Offset)) & place.Mask);
        if (word.IsZero) words[place.Contract].Remove(place.Slot);
        else words[place.Contract][place.Slot] = word;
    }
}
