using System.Reflection.Emit;
using Xunit;

namespace BpDao.Architecture.Tests;

/// <summary>Protocol rule 3.2: no floating point in anything that decides validity. Held by what the compiler made, since arithmetic leaves
/// no word in the source to search for.</summary>
public sealed class FloatingPointTests
{
    private static readonly HashSet<short> FloatingPoint =
    [
        OpCodes.Ldc_R4.Value, OpCodes.Ldc_R8.Value, OpCodes.Conv_R4.Value, OpCodes.Conv_R8.Value, OpCodes.Conv_R_Un.Value,
        OpCodes.Ldelem_R4.Value, OpCodes.Ldelem_R8.Value, OpCodes.Stelem_R4.Value, OpCodes.Stelem_R8.Value,
        OpCodes.Ldind_R4.Value, OpCodes.Ldind_R8.Value, OpCodes.Stind_R4.Value, OpCodes.Stind_R8.Value, OpCodes.Ckfinite.Value,
    ];

    [Theory]
    [InlineData("Core")]
    [InlineData("Specs")]
    [InlineData("Evm")]
    [InlineData("State")]
    [InlineData("Consensus")]
    [InlineData("Consensus.Por")]
    [InlineData("Blockchain")]
    public void No_method_computes_with_it(string project)
    {
        string[] found =
        [
            .. IntermediateLanguage.Of(ProjectFiles.AssemblyOf(project)).Where(m => m.Instructions.Any(i => FloatingPoint.Contains(i.Value))).Select(m => m.Method),
        ];

        Assert.True(found.Length == 0, string.Join(", ", found));
    }

    /// <summary>The search finds what it searches for: JSON-RPC has ratios in eth_feeHistory.</summary>
    [Fact]
    public void The_search_finds_it_where_it_is() => Assert.Contains(
        IntermediateLanguage.Of(ProjectFiles.AssemblyOf("JsonRpc")), m => m.Instructions.Any(i => FloatingPoint.Contains(i.Value)));
}
