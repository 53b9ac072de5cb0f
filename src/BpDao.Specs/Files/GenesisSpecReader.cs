using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>Reads <c>genesis</c>: the header's free fields and the first accounts.</summary>
internal static class GenesisSpecReader
{
    // Yellow Paper (49): the least gas limit; and the most that every client can hold.
    private const ulong MinGasLimit = 5000, MaxGasLimit = long.MaxValue;

    public static GenesisSpec Read(SpecObject genesis, ForkSchedule forks)
    {
        ulong timestamp = genesis.UInt64("timestamp") ?? 0;
        Fork fork = forks.At(0, timestamp);
        GenesisSpec spec = new()
        {
            Timestamp = timestamp,
            GasLimit = ReadGasLimit(genesis),
            Difficulty = genesis.UInt256("difficulty") ?? default,
            Nonce = genesis.UInt64("nonce") ?? 0,
            MixHash = genesis.Hash("mixHash") ?? default,
            Beneficiary = genesis.Address("beneficiary") ?? default,
            ExtraData = genesis.Bytes("extraData") ?? [],
            BaseFeePerGas = genesis.UInt256("baseFeePerGas"),
            BlobGasUsed = genesis.UInt64("blobGasUsed") ?? (fork >= Fork.Cancun ? 0ul : null),
            ExcessBlobGas = genesis.UInt64("excessBlobGas") ?? (fork >= Fork.Cancun ? 0ul : null),
            ParentBeaconBlockRoot = genesis.Hash("parentBeaconBlockRoot") ?? (fork >= Fork.Cancun ? default(Hash256) : null),
            Alloc = ReadAlloc(genesis.RequiredObject("alloc")),
        };

        if (spec.BaseFeePerGas is null && fork >= Fork.London) genesis.Fault("baseFeePerGas", "missing, and London holds at genesis");
        if (spec.BaseFeePerGas is not null && fork < Fork.London) genesis.Fault("baseFeePerGas", "London does not hold at genesis");
        foreach (string key in (string[])["blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot"])
        {
            if (genesis.Has(key) && fork < Fork.Cancun) genesis.Fault(key, "Cancun does not hold at genesis");
        }

        genesis.RefuseOthers();
        return spec;
    }

    internal static ulong ReadGasLimit(SpecObject genesis)
    {
        ulong limit = genesis.RequiredUInt64("gasLimit");
        if (limit is < MinGasLimit or > MaxGasLimit) genesis.Fault("gasLimit", $"{limit} is not in [{MinGasLimit}, {MaxGasLimit}]");
        return limit;
    }

    private static Dictionary<Address, GenesisAccount> ReadAlloc(SpecObject alloc)
    {
        Dictionary<Address, GenesisAccount> accounts = [];
        foreach (string key in alloc.Keys)
        {
            if (!SpecObject.TryAddress(key, out Address address)) alloc.Fault(key, "is not an address");
            GenesisAccount account = ReadAccount(alloc.RequiredObject(key));
            if (!accounts.TryAdd(address, account)) alloc.Fault(key, "appears twice");
        }

        return accounts;
    }

    private static GenesisAccount ReadAccount(SpecObject account)
    {
        if (!account.Has("balance")) account.Fault("balance", "missing");
        GenesisAccount read = new(
            account.UInt256("balance") ?? default, account.UInt64("nonce") ?? 0, account.Bytes("code") ?? [],
            account.Has("storage") ? ReadStorage(account.RequiredObject("storage")) : new Dictionary<UInt256, UInt256>());
        account.RefuseOthers();
        return read;
    }

    private static Dictionary<UInt256, UInt256> ReadStorage(SpecObject storage)
    {
        Dictionary<UInt256, UInt256> slots = [];
        foreach (string key in storage.Keys)
        {
            if (!UInt256.TryParse(key, out UInt256 slot)) storage.Fault(key, "is not a storage slot");
            UInt256 value = storage.UInt256(key) ?? default;
            if (value.IsZero) storage.Fault(key, "a slot that holds zero is not written");
            if (!slots.TryAdd(slot, value)) storage.Fault(key, "appears twice");
        }

        return slots;
    }
}
