using System.Reflection;
using System.Text.Json;
using BpDao.Consensus.Por.Contracts;
using BpDao.Core.Abi;
using BpDao.Testing;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Contracts;

/// <summary>What the node encodes and decodes is what the compiler says the contracts are.</summary>
public sealed class TypedContractsTests
{
    [Theory]
    [InlineData(typeof(WorkContract), "IWork")]
    [InlineData(typeof(GovernanceContract), "IGovernance")]
    [InlineData(typeof(AvailabilityContract), "IAvailability")]
    [InlineData(typeof(BeaconContract), "IBeacon")]
    [InlineData(typeof(JudiciaryContract), "IJudiciary")]
    [InlineData(typeof(ValidationPoolContract), "IValidationPool")]
    [InlineData(typeof(ReputationContract), "IReputation")]
    public void Every_function_and_event_is_in_the_artefact_with_the_same_types(Type typed, string artefact)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("chainspec", "artifacts", artefact + ".json")));
        HashSet<string> functions = [], events = [];
        foreach (JsonElement item in document.RootElement.GetProperty("abi").EnumerateArray())
        {
            string kind = item.GetProperty("type").GetString()!;
            if (kind == "function") functions.Add($"{item.GetProperty("name").GetString()}({Types(item, "inputs")})({Types(item, "outputs")})");
            if (kind == "event") events.Add($"{item.GetProperty("name").GetString()}({Types(item, "inputs")})");
        }

        int compared = 0;
        foreach (FieldInfo field in typed.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (field.GetValue(null) is AbiFunction function)
            {
                // A function whose result nobody reads leaves it out.
                string full = $"{function.Signature}({string.Join(',', function.Outputs)})";
                Assert.True(functions.Contains(full) || (function.Outputs.Count == 0 && functions.Any(f => f.StartsWith(function.Signature + "(", StringComparison.Ordinal))), full);
                compared++;
            }

            if (field.GetValue(null) is AbiEvent item)
            {
                Assert.Contains(item.Signature, events);
                compared++;
            }
        }

        Assert.NotEqual(0, compared);
    }

    [Fact]
    public void Parameters_have_the_numbers_of_the_contract()
    {
        string[] lines = File.ReadAllLines(Repository.PathOf("src", "contracts", "lib", "Parameters.sol"));
        Assert.All(WorkParameters.All, (parameter, index) =>
        {
            Assert.Equal(index, parameter.Id);
            Assert.Contains(lines, line => line.StartsWith($"/// {parameter.Id,2}  {parameter.Name} ", StringComparison.Ordinal)
                || line.StartsWith($"///  {parameter.Id}  {parameter.Name} ", StringComparison.Ordinal));
        });
        Assert.Contains(lines, line => line.Contains($"COUNT = {WorkParameters.All.Count};", StringComparison.Ordinal));
    }

    private static string Types(JsonElement item, string key) =>
        string.Join(',', item.GetProperty(key).EnumerateArray().Select(Canonical));

    private static string Canonical(JsonElement parameter)
    {
        string type = parameter.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal)
            ? $"({string.Join(',', parameter.GetProperty("components").EnumerateArray().Select(Canonical))}){type["tuple".Length..]}"
            : type;
    }
}
