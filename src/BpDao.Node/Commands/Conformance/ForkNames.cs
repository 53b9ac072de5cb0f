using BpDao.Core;

namespace BpDao.Node.Commands.Conformance;

/// <summary>Forks as the official tests call them.</summary>
internal static class ForkNames
{
    private static readonly Dictionary<string, Fork> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Frontier"] = Fork.Frontier,
        ["Homestead"] = Fork.Homestead,
        ["DAO"] = Fork.Dao,
        ["EIP150"] = Fork.TangerineWhistle,
        ["TangerineWhistle"] = Fork.TangerineWhistle,
        ["EIP158"] = Fork.SpuriousDragon,
        ["SpuriousDragon"] = Fork.SpuriousDragon,
        ["Byzantium"] = Fork.Byzantium,
        ["Constantinople"] = Fork.Constantinople,
        ["ConstantinopleFix"] = Fork.Petersburg,
        ["Petersburg"] = Fork.Petersburg,
        ["Istanbul"] = Fork.Istanbul,
        ["MuirGlacier"] = Fork.MuirGlacier,
        ["Berlin"] = Fork.Berlin,
        ["London"] = Fork.London,
        ["ArrowGlacier"] = Fork.ArrowGlacier,
        ["GrayGlacier"] = Fork.GrayGlacier,
        ["Merge"] = Fork.Paris,
        ["Paris"] = Fork.Paris,
        ["Shanghai"] = Fork.Shanghai,
        ["Cancun"] = Fork.Cancun,
        ["Prague"] = Fork.Prague,
        ["Osaka"] = Fork.Osaka,
        ["BPO1"] = Fork.Bpo1,
        ["BPO2"] = Fork.Bpo2,
    };

    public static string All => string.Join(", ", ByName.Keys);

    public static bool TryParse(string name, out Fork fork) => ByName.TryGetValue(name, out fork);

    /// <summary>Whether both mean the same rules: the same fork by whatever name, or the same transition by its one name.</summary>
    public static bool AreSame(string name, string other) =>
        TryParse(name, out Fork fork) && TryParse(other, out Fork otherFork)
            ? fork == otherFork
            : string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
