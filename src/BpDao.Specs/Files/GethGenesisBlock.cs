using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>The first block of geth's file: header fields beside <c>config</c>, accounts in <c>alloc</c>.</summary>
internal static class GethGenesisBlock
{
    /// <summary>geth: the base fee of a genesis block that names none (EIP-1559).</summary>
    private const ulong InitialBaseFee = 1_000_000_000;

    /// <summary>What <c>balance</c> was called in the first files.</summary>
    private const string OldBalance = "wei";

    public static GenesisSpec Read(SpecObject file, ForkSchedule forks)
    {
        ulong timestamp = file.UInt64("timestamp") ?? 0;
        Fork fork = forks.At(0, timestamp);
        UInt256? baseFee = file.UInt256("baseFeePerGas");
        ulong? blobGasUsed = file.UInt64("blobGasUsed"), excessBlobGas = file.UInt64("excessBlobGas");
        if (file.UInt64("number") is > 0) file.Fault("number", "a genesis block has number 0");
        if (file.UInt64("gasUsed") is > 0) file.Fault("gasUsed", "a genesis block has used no gas");
        if (file.Hash("parentHash") is { IsZero: false }) file.Fault("parentHash", "a genesis block has no parent");
        return new GenesisSpec
        {
            Timestamp = timestamp,
            GasLimit = GenesisSpecReader.ReadGasLimit(file),
            Difficulty = file.UInt256("difficulty") ?? default,
            Nonce = file.UInt64("nonce") ?? 0,
            MixHash = file.Hash("mixHash") ?? default,
            Beneficiary = file.Address("coinbase") ?? default,
            ExtraData = ReadBytes(file, "extraData"),
            BaseFeePerGas = fork >= Fork.London ? baseFee ?? InitialBaseFee : null,
            BlobGasUsed = fork >= Fork.Cancun ? blobGasUsed ?? 0 : null,
            ExcessBlobGas = fork >= Fork.Cancun ? excessBlobGas ?? 0 : null,
            ParentBeaconBlockRoot = fork >= Fork.Cancun ? default(Hash256) : null,
            Alloc = ReadAlloc(file.RequiredObject("alloc")),
        };
    }

    private static Dictionary<Address, GenesisAccount> ReadAlloc(SpecObject alloc)
    {
        Dictionary<Address, GenesisAccount> accounts = [];
        foreach (string key in alloc.Keys)
        {
            if (!Address.TryParse(key, out Address address)) alloc.Fault(key, "is not an address");
            SpecObject account = alloc.RequiredObject(key);
            GenesisAccount read = new(
                account.UInt256("balance") ?? account.UInt256(OldBalance) ?? default, account.UInt64("nonce") ?? 0, ReadBytes(account, "code"),
                account.Has("storage") ? ReadStorage(account.RequiredObject("storage")) : new Dictionary<UInt256, UInt256>());
            if (!accounts.TryAdd(address, read)) alloc.Fault(key, "appears twice");
        }

        return accounts;
    }

    /// <summary>Slots and values are hex, with <c>0x</c> or without, of any length up to a word.</summary>
    private static Dictionary<UInt256, UInt256> ReadStorage(SpecObject storage)
    {
        Dictionary<UInt256, UInt256> slots = [];
        foreach (string key in storage.Keys)
        {
            storage.TryGet(key, out JsonElement json);
            UInt256 value = default;
            if (!TryHex(key, out UInt256 slot)) storage.Fault(key, "is not a storage slot");
            if (json.ValueKind != JsonValueKind.String || !TryHex(json.GetString()!, out value)) storage.Fault(key, $"{SpecFaults.Quote(json.GetRawText())} is not a word of hex");
            if (!value.IsZero && !slots.TryAdd(slot, value)) storage.Fault(key, "appears twice");
        }

        return slots;
    }

    private static bool TryHex(string text, out UInt256 word) =>
        UInt256.TryParse(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text : "0x" + text, out word);

    private static byte[] ReadBytes(SpecObject json, string key)
    {
        if (!json.TryGet(key, out JsonElement value)) return [];
        if (value.ValueKind == JsonValueKind.String && Hex.TryDecode(value.GetString(), out byte[]? bytes)) return bytes;
        json.Fault(key, $"{SpecFaults.Quote(value.GetRawText())} is not hex");
        return [];
    }
}
