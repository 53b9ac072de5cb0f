using System.Reflection;
using System.Text.Json;
using BpDao.Core;

namespace BpDao.Node.Genesis;

/// <summary>A compiled system contract, as <c>tools/contracts build</c> committed it and the build embedded it.</summary>
/// <param name="CreationCode">Init code without constructor arguments.</param>
internal sealed record ContractArtifact(string Name, ReadOnlyMemory<byte> CreationCode)
{
    /// <exception cref="InvalidOperationException">The build did not embed it, or it is damaged: a fault of the build.</exception>
    public static ContractArtifact Load(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"artifacts/{name}.json")
            ?? throw new InvalidOperationException($"The contract artefact {name} is not part of this build.");
        using JsonDocument document = JsonDocument.Parse(stream);
        string bytecode = document.RootElement.GetProperty("bytecode").GetString()!;
        return new ContractArtifact(name, Hex.Decode(bytecode));
    }
}
