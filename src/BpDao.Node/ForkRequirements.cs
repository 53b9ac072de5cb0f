using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;

namespace BpDao.Node;

/// <summary>Forks that need a native library which may be absent: the KZG point evaluation of Cancun (EIP-4844) and the curve operations of Prague
/// (EIP-2537) are computed by libblst alone.</summary>
internal static class ForkRequirements
{
    private const Fork FirstWithBls12381 = Fork.Cancun;

    /// <exception cref="OperatorFault">The chain comes to a fork whose rules this process cannot compute.</exception>
    public static void Check(ChainSpec spec)
    {
        if (Refusal($"chain '{spec.Name}'", spec.Forks.Activations.Select(a => a.Fork)) is { } line) throw new OperatorFault(line);
    }

    /// <exception cref="OperatorFault">The rules of this fork cannot be computed by this process.</exception>
    public static void Check(Fork fork)
    {
        if (Bls12381.IsAvailable) return; // tests ask once for each case
        if (Refusal("the test", [fork]) is { } line) throw new OperatorFault(line);
    }

    /// <summary>One line that names the excluded forks and the cure; null when nothing is missing.</summary>
    public static string? Refusal(string what, IEnumerable<Fork> forks) => Refusal(what, forks, Bls12381.IsAvailable, Bls12381.Description);

    internal static string? Refusal(string what, IEnumerable<Fork> forks, bool hasBls12381, string reason)
    {
        if (hasBls12381) return null;
        string excluded = string.Join(", ", forks.Where(f => f >= FirstWithBls12381).Distinct().Order());
        return excluded.Length == 0
            ? null
            : $"{what} comes to {excluded}, but libblst is missing ({reason}), which excludes {FirstWithBls12381} and all later forks: "
                + "run tools/native/build and build again, or name the library in BPDAO_BLST_PATH";
    }
}
