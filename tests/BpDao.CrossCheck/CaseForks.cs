using BpDao.Core;

namespace BpDao.CrossCheck;

/// <summary>The forks that differ in what code does, under both sides' names.</summary>
internal static class CaseForks
{
    private static readonly Dictionary<Fork, string> PeerNames = new()
    {
        [Fork.Frontier] = "chainstart",
        [Fork.Homestead] = "homestead",
        [Fork.TangerineWhistle] = "tangerineWhistle",
        [Fork.SpuriousDragon] = "spuriousDragon",
        [Fork.Byzantium] = "byzantium",
        [Fork.Constantinople] = "constantinople",
        [Fork.Petersburg] = "petersburg",
        [Fork.Istanbul] = "istanbul",
        [Fork.Berlin] = "berlin",
        [Fork.London] = "london",
        [Fork.Paris] = "paris",
        [Fork.Shanghai] = "shanghai",
        [Fork.Cancun] = "cancun",
        [Fork.Prague] = "prague",
        [Fork.Osaka] = "osaka",
    };

    private static readonly Fork[] All = [.. PeerNames.Keys.Order()];

    public static string PeerName(Fork fork) => PeerNames[fork];

    public static bool Known(Fork fork) => PeerNames.ContainsKey(fork);

    /// <summary>The one whose rules <paramref name="fork"/> changed; Frontier's is Homestead, for want of an older one.</summary>
    public static Fork Before(Fork fork) => All[Math.Max(Array.IndexOf(All, fork) - 1, fork == All[0] ? 1 : 0)];

    /// <summary>Half of the programs run under the newest rules, the rest under any.</summary>
    public static Fork Pick(SeededNumbers random) => random.OneIn(2) ? Fork.Osaka : random.Pick(All);
}
