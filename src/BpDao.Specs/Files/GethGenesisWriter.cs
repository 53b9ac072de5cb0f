using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>Writes geth's <c>genesis.json</c>, or says what of a network it cannot express.</summary>
internal static class GethGenesisWriter
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, IndentSize = 2, NewLine = "\n" };

    public static bool TryWrite(ChainSpec spec, [NotNullWhen(true)] out byte[]? json, [NotNullWhen(false)] out string? error)
    {
        List<KeyValuePair<string, ulong>> forks = GethForks.Write(spec.Forks, out string? untold);
        error = WhatIsLost(spec) ?? untold;
        json = error is null ? Write(spec, forks) : null;
        return json is not null;
    }

    /// <summary>A file without these would be another network under the same name.</summary>
    private static string? WhatIsLost(ChainSpec spec)
    {
        if (spec.SealEngineType != "ethash") return $"engine.{spec.SealEngineType}: geth's genesis.json has no place for this engine and its parameters";
        if (spec.BaseFeeRecipient is not null) return "baseFeeRecipient: geth's genesis.json has no place for it";
        if (spec.SystemSender is not null) return "systemSender: geth's genesis.json has no place for it";
        bool hasPrague = spec.Forks.Activations.Any(a => a.Fork >= Fork.Prague);
        if (hasPrague && !spec.ExecutionRequests) return "executionRequests: off, but chains of geth's genesis.json have them from Prague on";
        return spec.Genesis.ParentBeaconBlockRoot is { IsZero: false } ? "genesis.parentBeaconBlockRoot: is zero in every genesis block of geth" : null;
    }

    private static byte[] Write(ChainSpec spec, List<KeyValuePair<string, ulong>> forks)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Indented))
        {
            json.WriteStartObject();
            WriteConfig(json, spec, forks);
            WriteHeader(json, spec.Genesis);
            json.WriteStartObject("alloc");
            foreach ((Address address, GenesisAccount account) in spec.Genesis.Alloc.OrderBy(a => a.Key)) WriteAccount(json, address, account);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteConfig(Utf8JsonWriter json, ChainSpec spec, List<KeyValuePair<string, ulong>> forks)
    {
        json.WriteStartObject("config");
        json.WriteNumber("chainId", spec.ChainId);
        if (spec.NetworkId != spec.ChainId) json.WriteNumber("networkId", spec.NetworkId);
        foreach ((string key, ulong start) in forks) json.WriteNumber(key, start);
        if (spec.Forks.DaoBlock is not null) json.WriteBoolean(GethForks.DaoSupport, true);
        UInt256? terminal = spec.Forks.TerminalTotalDifficulty ?? (spec.Forks.At(0, spec.Genesis.Timestamp) >= Fork.Paris ? UInt256.Zero : null);
        if (terminal is { } total)
        {
            // A JSON number of any length, as geth's big.Int wants it.
            json.WritePropertyName(GethForks.Terminal);
            json.WriteRawValue(total.ToString());
        }

        // geth takes no blob fork without its schedule.
        Fork[] blobForks = [.. spec.Forks.Activations.Select(a => a.Fork).Where(f => f >= Fork.Cancun)];
        if (blobForks.Length != 0)
        {
            Fork latest = blobForks.Max();
            IEnumerable<Fork> named = Enum.GetValues<Fork>().Where(f => f >= Fork.Cancun && f <= latest);
            BlobScheduleJson.Write(json, named.Select(f => KeyValuePair.Create(f, BlobSchedules.Of(f, spec.BlobSchedules))));
        }

        json.WriteString("depositContractAddress", spec.DepositContract.ToString());
        json.WriteStartObject("ethash");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHeader(Utf8JsonWriter json, GenesisSpec genesis)
    {
        json.WriteString("nonce", "0x" + genesis.Nonce.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteString("timestamp", ((UInt256)genesis.Timestamp).ToHexQuantity());
        json.WriteString("extraData", Hex.Encode(genesis.ExtraData.Span));
        json.WriteString("gasLimit", ((UInt256)genesis.GasLimit).ToHexQuantity());
        json.WriteString("difficulty", genesis.Difficulty.ToHexQuantity());
        json.WriteString("mixHash", genesis.MixHash.ToString());
        json.WriteString("coinbase", genesis.Beneficiary.ToString());
        if (genesis.BaseFeePerGas is { } baseFee) json.WriteString("baseFeePerGas", baseFee.ToHexQuantity());
        if (genesis.ExcessBlobGas is { } excess) json.WriteString("excessBlobGas", ((UInt256)excess).ToHexQuantity());
        if (genesis.BlobGasUsed is { } used) json.WriteString("blobGasUsed", ((UInt256)used).ToHexQuantity());
    }

    private static void WriteAccount(Utf8JsonWriter json, Address address, GenesisAccount account)
    {
        json.WriteStartObject(address.ToString());
        json.WriteString("balance", account.Balance.ToHexQuantity());
        if (account.Nonce != 0) json.WriteString("nonce", ((UInt256)account.Nonce).ToHexQuantity());
        if (account.Code.Length != 0) json.WriteString("code", Hex.Encode(account.Code.Span));
        KeyValuePair<UInt256, UInt256>[] slots = [.. account.Storage.Where(s => !s.Value.IsZero).OrderBy(s => s.Key)];
        if (slots.Length != 0)
        {
            json.WriteStartObject("storage");
            foreach ((UInt256 slot, UInt256 value) in slots) json.WriteString(slot.ToHash().ToString(), value.ToHash().ToString());
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
