using System.Reflection;

namespace BpDao.Node.Options;

/// <summary>Every option there is, by area.</summary>
internal static class OptionCatalog
{
    /// <summary>The areas in the order they are shown.</summary>
    public static IReadOnlyList<Type> Areas { get; } =
    [
        typeof(NodeOptions), typeof(NetworkOptions), typeof(HttpOptions), typeof(PoolOptions), typeof(DatabaseOptions), typeof(PorOptions), typeof(SynchronisationOptions), typeof(LogOptions),
        typeof(MetricsOptions), typeof(BlockLineOptions), typeof(DevnetOptions), typeof(GenesisOptions), typeof(ExportOptions), typeof(BondOptions),
        typeof(RescueOptions),
    ];

    public static IReadOnlyList<OptionDefinition> All { get; } = [.. Areas.SelectMany(Of)];

    /// <summary>Variables with the prefix of options that are none: other parts of the program and its tests read them.</summary>
    public static IReadOnlySet<string> OtherVariables { get; } =
        new HashSet<string> { "BPDAO_SECP256K1", "BPDAO_SECP256K1_PATH", "BPDAO_BLST_PATH", "BPDAO_FIXTURES" };

    private static IEnumerable<OptionDefinition> Of(Type area)
    {
        object defaults = Activator.CreateInstance(area)!;
        foreach (PropertyInfo property in area.GetProperties())
        {
            OptionAttribute attribute = property.GetCustomAttribute<OptionAttribute>()
                ?? throw new InvalidOperationException($"{area.Name}.{property.Name} is no option.");
            yield return new OptionDefinition(property, attribute, defaults);
        }
    }
}
