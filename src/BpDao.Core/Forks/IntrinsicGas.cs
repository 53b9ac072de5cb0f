namespace BpDao.Core;

/// <summary>Gas that a transaction costs before its first instruction.</summary>
/// <param name="Standard">Base, calldata, access list, init code words and authorizations.</param>
/// <param name="Floor">The least a transaction pays for its calldata (EIP-7623); zero before Prague.</param>
public readonly record struct IntrinsicGas(ulong Standard, ulong Floor)
{
    private const ulong Transaction = 21_000;
    private const ulong Creation = 32_000;
    private const ulong ZeroByte = 4;
    private const ulong NonZeroByteFrontier = 68;
    private const ulong NonZeroByteIstanbul = 16;
    private const ulong InitCodeWord = 2;
    private const ulong AccessListAddress = 2_400;
    private const ulong AccessListSlot = 1_900;
    private const ulong PerAuthorization = 25_000;
    private const ulong TokensPerNonZeroByte = 4;
    private const ulong FloorPerToken = 10;

    /// <summary>The smallest gas limit with which the transaction is valid.</summary>
    public ulong Minimum => Math.Max(Standard, Floor);

    public static IntrinsicGas Of(Transaction tx, IReleaseSpec spec)
    {
        ulong length = (ulong)tx.Data.Length;
        ulong zeros = (ulong)tx.Data.Span.Count((byte)0);
        ulong nonZeros = length - zeros;

        ulong gas = Transaction + (zeros * ZeroByte) + (nonZeros * (spec.IsIstanbul ? NonZeroByteIstanbul : NonZeroByteFrontier));
        if (tx.IsCreation && spec.IsHomestead) gas += Creation;
        if (tx.IsCreation && spec.IsShanghai) gas += (length + 31) / 32 * InitCodeWord;
        foreach (AccessListEntry entry in tx.AccessList)
        {
            gas += AccessListAddress + ((ulong)entry.StorageKeys.Count * AccessListSlot);
        }

        gas += (ulong)tx.AuthorizationList.Count * PerAuthorization;
        ulong floor = spec.IsPrague ? Transaction + ((zeros + (nonZeros * TokensPerNonZeroByte)) * FloorPerToken) : 0;
        return new IntrinsicGas(gas, floor);
    }
}
