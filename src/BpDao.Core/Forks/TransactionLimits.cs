namespace BpDao.Core;

/// <summary>Bounds that a single transaction must keep, whatever block it is in.</summary>
public static class TransactionLimits
{
    /// <summary>EIP-7825: gas limit of a transaction from Osaka on.</summary>
    public const ulong MaxGas = 1 << 24;

    /// <summary>EIP-170: bytes of deployed code.</summary>
    public const int MaxCodeSize = 24_576;

    /// <summary>EIP-3860: bytes of init code from Shanghai on.</summary>
    public const int MaxInitCodeSize = 2 * MaxCodeSize;

    /// <summary>EIP-7594: blobs in a transaction from Osaka on.</summary>
    public const int MaxBlobs = 6;
}
