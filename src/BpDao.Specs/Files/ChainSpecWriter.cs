using System.Buffers;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>Writes a chainspec so that equal networks give equal bytes: fixed order of keys, sorted accounts and slots, one form for
/// each kind of value. What has its default value is left out where the reader puts it back.</summary>
internal static class ChainSpecWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, IndentSize = 2, NewLine = "\n" };

    public static byte[] Write(ChainSpec spec)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteString("name", spec.Name);
            json.WriteNumber("chainId", spec.ChainId);
            if (spec.NetworkId != spec.ChainId) json.WriteNumber("networkId", spec.NetworkId);
            WriteForks(json, spec.Forks);
            json.WriteStartObject("engine");
            json.WritePropertyName(spec.SealEngineType);
            spec.EngineParameters.WriteTo(json);
            json.WriteEndObject();
            if (spec.BaseFeeRecipient is { } recipient) json.WriteString("baseFeeRecipient", recipient.ToString());
            if (spec.SystemSender is { } sender) json.WriteString("systemSender", sender.ToString());
            if (spec.ExecutionRequests) json.WriteBoolean("executionRequests", true);
            if (spec.DepositContract != SystemContracts.MainnetDeposits) json.WriteString("depositContract", spec.DepositContract.ToString());
            if (spec.BlobSchedules is { } blobs) BlobScheduleJson.Write(json, blobs);
            WriteGenesis(json, spec.Genesis);
            if (spec.GenesisHash is { } hash) json.WriteString("genesisHash", hash.ToString());
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteForks(Utf8JsonWriter json, ForkSchedule forks)
    {
        json.WriteStartObject("forks");
        foreach (ForkActivation activation in forks.Activations.Where(a => a.Fork != Fork.Frontier).OrderBy(a => a.Fork))
        {
            json.WritePropertyName(ForkScheduleReader.NameOf(activation.Fork));
            if (activation is { Block: 0, Timestamp: null or 0 })
            {
                json.WriteNumberValue(0);
                continue;
            }

            json.WriteStartObject();
            if (activation.Timestamp is { } timestamp) json.WriteNumber("timestamp", timestamp);
            else json.WriteNumber("block", activation.Block);
            json.WriteEndObject();
        }

        if (forks.TerminalTotalDifficulty is { } terminal)
        {
            json.WriteStartObject(ForkScheduleReader.NameOf(Fork.Paris));
            json.WriteString(ForkScheduleReader.TotalDifficulty, terminal.ToString());
            if (forks.MergeNetsplitBlock is { } netsplit) json.WriteNumber(ForkScheduleReader.NetsplitBlock, netsplit);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteGenesis(Utf8JsonWriter json, GenesisSpec genesis)
    {
        json.WriteStartObject("genesis");
        json.WriteNumber("timestamp", genesis.Timestamp);
        json.WriteNumber("gasLimit", genesis.GasLimit);
        json.WriteString("difficulty", genesis.Difficulty.ToHexQuantity());
        json.WriteString("nonce", ((UInt256)genesis.Nonce).ToHexQuantity());
        json.WriteString("mixHash", genesis.MixHash.ToString());
        json.WriteString("beneficiary", genesis.Beneficiary.ToString());
        json.WriteString("extraData", Hex.Encode(genesis.ExtraData.Span));
        if (genesis.BaseFeePerGas is { } baseFee) json.WriteString("baseFeePerGas", baseFee.ToString());
        if (genesis.BlobGasUsed is { } used) json.WriteNumber("blobGasUsed", used);
        if (genesis.ExcessBlobGas is { } excess) json.WriteNumber("excessBlobGas", excess);
        if (genesis.ParentBeaconBlockRoot is { } root) json.WriteString("parentBeaconBlockRoot", root.ToString());
        json.WriteStartObject("alloc");
        foreach ((Address address, GenesisAccount account) in genesis.Alloc.OrderBy(a => a.Key)) WriteAccount(json, address, account);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAccount(Utf8JsonWriter json, Address address, GenesisAccount account)
    {
        json.WriteStartObject(address.ToString());
        json.WriteString("balance", account.Balance.ToString());
        if (account.Nonce != 0) json.WriteNumber("nonce", account.Nonce);
        if (account.Code.Length != 0) json.WriteString("code", Hex.Encode(account.Code.Span));
        KeyValuePair<UInt256, UInt256>[] slots = [.. account.Storage.Where(s => !s.Value.IsZero).OrderBy(s => s.Key)];
        if (slots.Length != 0)
        {
            json.WriteStartObject("storage");
            foreach ((UInt256 slot, UInt256 value) in slots) json.WriteString(slot.ToHexQuantity(), value.ToHexQuantity());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
