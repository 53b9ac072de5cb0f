using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>Reads a whole chainspec.</summary>
internal static class ChainSpecReader
{
    // EIP-2294: larger ids overflow the v of EIP-155 signatures.
    internal const ulong MaxChainId = ulong.MaxValue / 2 - 36;

    public static ChainSpec Read(JsonElement root, bool needsGenesisHash, SpecFaults faults)
    {
        SpecObject file = new(root, "", faults);
        string name = file.RequiredText("name");
        ulong chainId = file.RequiredUInt64("chainId");
        ForkSchedule forks = ForkScheduleReader.Read(file.RequiredObject("forks"));
        (string engine, JsonElement parameters) = ReadEngine(file.RequiredObject("engine"), faults);
        ChainSpec spec = new()
        {
            Name = name,
            ChainId = chainId,
            NetworkId = file.UInt64("networkId") ?? chainId,
            Forks = forks,
            SealEngineType = engine,
            EngineParameters = parameters,
            BaseFeeRecipient = file.Address("baseFeeRecipient"),
            SystemSender = file.Address("systemSender"),
            ExecutionRequests = file.Flag("executionRequests"),
            DepositContract = file.Address("depositContract") ?? SystemContracts.MainnetDeposits,
            BlobSchedules = BlobScheduleJson.Read(file),
            Genesis = GenesisSpecReader.Read(file.RequiredObject("genesis"), forks),
            GenesisHash = file.Hash("genesisHash"),
        };

        if (chainId is 0 or > MaxChainId) file.Fault("chainId", $"{chainId} is not in [1, {MaxChainId}] (EIP-2294)");
        if (spec.GenesisHash is null && needsGenesisHash) file.Fault("genesisHash", "missing");
        // Protocol rule 9.2: with code, the protocol's own transactions would be refused (EIP-3607).
        if (spec.SystemSender is { } system && spec.Genesis.Alloc.TryGetValue(system, out GenesisAccount? account) && account.Code.Length > 0)
        {
            faults.Add($"genesis.alloc.{system}.code", "the system sender has no code");
        }

        file.RefuseOthers();
        return spec;
    }

    private static (string Engine, JsonElement Parameters) ReadEngine(SpecObject engine, SpecFaults faults)
    {
        string[] keys = [.. engine.Keys];
        if (keys.Length != 1)
        {
            faults.Add(engine.Path, "names exactly one engine");
            return ("", default);
        }

        engine.TryGet(keys[0], out JsonElement parameters);
        if (parameters.ValueKind != JsonValueKind.Object) engine.Fault(keys[0], "is not an object");
        // The document it belongs to is disposed of after reading.
        return (keys[0], parameters.Clone());
    }
}
