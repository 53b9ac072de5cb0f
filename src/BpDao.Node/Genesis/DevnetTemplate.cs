using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using BpDao.Specs;

namespace BpDao.Node.Genesis;

/// <summary>The shipped devnet with another number of producers and another pace.</summary>
internal static class DevnetTemplate
{
    private const ulong EpochLength = 16;

    /// <param name="producers">At least one.</param>
    /// <param name="blockTime">In seconds, at least one. What the protocol counts in epochs of time grows with it.</param>
    /// <param name="error">One line: the engine refuses such numbers.</param>
    public static bool TryBuild(int producers, int blockTime, [NotNullWhen(true)] out ChainSpec? spec, [NotNullWhen(false)] out string? error)
    {
        ChainSpec template = GenesisFile.Shipped("devnet");
        JsonObject engine = JsonSerializer.Deserialize<JsonObject>(template.EngineParameters)!;
        engine["publishedProducers"]!["count"] = producers;
        JsonObject parameters = engine["parameters"]!.AsObject();
        ulong pace = (ulong)blockTime;
        Set(parameters, "minBlockInterval", pace);
        Set(parameters, "unbondingTime", 4 * EpochLength * pace);
        foreach (string twoEpochs in (ReadOnlySpan<string>)["slashDelay", "attestationTime", "upgradeDelay"]) Set(parameters, twoEpochs, 2 * EpochLength * pace);
        return GenesisBuilder.TryBuild(template with { EngineParameters = JsonSerializer.SerializeToElement(engine) }, out spec, out _, out error);
    }

    private static void Set(JsonObject parameters, string name, ulong value) => parameters[name] = value.ToString(CultureInfo.InvariantCulture);
}
