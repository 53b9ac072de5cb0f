namespace BpDao.Crypto;

/// <summary>The choice of who computes powers.</summary>
public static class ModularExponentiation
{
    /// <summary>GMP where it loads; otherwise managed numbers, about ten times slower, which whoever starts a node should warn of.</summary>
    public static IModularExponentiation Default { get; } =
        GmpModularExponentiation.TryLoad(out GmpModularExponentiation? gmp) ? gmp : new ManagedModularExponentiation();

    /// <summary>True when <see cref="Default"/> is the fast one.</summary>
    public static bool IsNative => Default is GmpModularExponentiation;
}
