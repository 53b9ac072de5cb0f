using BpDao.Core;

namespace BpDao.TxPool.Collections;

/// <summary>A transaction in the pool.</summary>
/// <param name="Size">Bytes of its encoding.</param>
/// <param name="Sequence">Order of arrival.</param>
/// <param name="MaxCost">The most it can take from its sender, in wei.</param>
/// <param name="Authorities">Who signed its authorizations (EIP-7702).</param>
internal sealed record PooledTransaction(
    Transaction Tx, Address Sender, int Size, ulong Sequence, UInt256 MaxCost, IReadOnlyList<Address> Authorities)
{
    /// <summary>Gas limit · fee cap + value, blobs included; false when that does not fit into 256 bits.</summary>
    public static bool TryMaxCost(Transaction tx, out UInt256 cost)
    {
        UInt256 blobGas = (ulong)tx.BlobVersionedHashes.Count * BlobGas.PerBlob;
        return !UInt256.MultiplyOverflow(tx.MaxFeePerGas, tx.GasLimit, out cost)
            & !UInt256.AddOverflow(cost, tx.Value, out cost)
            & !UInt256.MultiplyOverflow(tx.MaxFeePerBlobGas, blobGas, out UInt256 blobCost)
            & !UInt256.AddOverflow(cost, blobCost, out cost);
    }
}
