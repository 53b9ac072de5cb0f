using System.Text.Json;
using BpDao.Core;
using BpDao.Testing;

namespace BpDao.Crypto.Tests;

/// <summary>The vectors of one precompile: input and output, the latter null where the call must fail.</summary>
internal static class PrecompileVectors
{
    public const string Archive = "precompiles-crypto.zip";

    public static IReadOnlyList<(string Name, byte[] Input, byte[]? Expected)> Read(string path)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, path);
        return [.. file.RootElement.EnumerateArray().Select(vector => (
            vector.GetProperty("Name").GetString()!,
            Hex.Decode(vector.GetProperty("Input").GetString()!),
            vector.TryGetProperty("Expected", out JsonElement expected) ? Hex.Decode(expected.GetString()!) : null))];
    }
}
