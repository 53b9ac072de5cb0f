using BpDao.Crypto;

namespace BpDao.Testing;

/// <summary>Where every arrangement of a test begins.</summary>
public static class Build
{
    public static EthereumEcdsa Ecdsa { get; } = new(Secp256k1.Default);

    /// <summary>A plain transfer from <see cref="TestKeys.A"/>.</summary>
    public static TransactionBuilder Transaction() => new();

    /// <summary>An empty block of London and later.</summary>
    public static BlockBuilder Block() => new();
}
