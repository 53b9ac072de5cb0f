using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>Reads geth's <c>genesis.json</c>, also as Besu and the official suites write it. Such a file names no genesis hash and no network;
/// its chain follows a beacon chain after Paris.</summary>
internal static class GethGenesisReader
{
    private static readonly JsonElement NoParameters = JsonSerializer.Deserialize<JsonElement>("{}");

    /// <summary>Networks that are known by their chain id.</summary>
    private static readonly Dictionary<ulong, string> Names = new() { [1] = "mainnet", [11155111] = "sepolia", [17000] = "holesky", [560048] = "hoodi" };

    public static bool Recognises(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("config", out _) && root.TryGetProperty("alloc", out _) && !root.TryGetProperty("forks", out _);

    public static ChainSpec Read(JsonElement root, SpecFaults faults)
    {
        SpecObject file = new(root, "", faults, loose: true);
        SpecObject config = file.RequiredObject("config");
        ulong chainId = config.RequiredUInt64("chainId");
        if (chainId is 0 or > ChainSpecReader.MaxChainId) config.Fault("chainId", $"{chainId} is not in [1, {ChainSpecReader.MaxChainId}] (EIP-2294)");
        ForkSchedule forks = GethForks.Read(config);
        RefuseOtherEngines(config, forks, faults);
        return new ChainSpec
        {
            Name = Names.GetValueOrDefault(chainId, FormattableString.Invariant($"chain-{chainId}")),
            ChainId = chainId,
            NetworkId = config.UInt64("networkId") ?? chainId,
            Forks = forks,
            SealEngineType = "ethash",
            EngineParameters = NoParameters,
            ExecutionRequests = true,
            DepositContract = config.Address("depositContractAddress") ?? SystemContracts.MainnetDeposits,
            BlobSchedules = BlobScheduleJson.Read(config),
            Genesis = GethGenesisBlock.Read(file, forks),
        };
    }

    /// <summary>Clique and difficulties of one's own judge blocks of work by other rules; after the merge neither says anything.</summary>
    private static void RefuseOtherEngines(SpecObject config, ForkSchedule forks, SpecFaults faults)
    {
        bool works = forks.At(0, 0) < Fork.Paris;
        if (works && config.Has("clique")) config.Fault("clique", "this program has no such engine");
        if (works && config.TryGet("ethash", out JsonElement ethash)) new SpecObject(ethash, "config.ethash", faults, loose: true).RefuseOthers();
        foreach ((string key, Address known) in ForkSystemContracts)
        {
            if (config.Address(key) is { } address && address != known) config.Fault(key, $"{address} is not the contract of its EIP, {known}");
        }
    }

    /// <summary>EIP-7002, EIP-7251: addresses that Besu lets a network choose.</summary>
    private static readonly (string Key, Address Known)[] ForkSystemContracts =
    [
        ("withdrawalRequestContractAddress", Address.Parse("0x00000961ef480eb55e80d19ad83579a64c007002")),
        ("consolidationRequestContractAddress", Address.Parse("0x0000bbddc7ce488642fb579f8b00f3a590007251")),
    ];
}
