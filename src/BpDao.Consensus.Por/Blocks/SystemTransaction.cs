using BpDao.Consensus.Por.Contracts;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Consensus.Por.Blocks;

/// <summary>Transaction 0 of every block (protocol rule 2.4): built by the producer, built again and compared by everybody.</summary>
public static class SystemTransaction
{
    /// <summary>keccak256("BpDao system transaction"): a private key that everybody knows. It may do nothing but this.</summary>
    private static readonly PrivateKey Key = new(Keccak256.Hash("BpDao system transaction"u8).Bytes);

    /// <summary>SYSTEM.</summary>
    public static Address Sender { get; } = Key.Address;

    /// <param name="work">The Work contract in force.</param>
    /// <param name="nonce">SYSTEM's in the state of the parent.</param>
    public static Transaction Build(ulong chainId, Address work, byte[] payload, ulong gasLimit, ulong nonce)
    {
        Transaction unsigned = new()
        {
            Type = TxType.Legacy,
            ChainId = chainId,
            Nonce = nonce,
            GasLimit = gasLimit,
            To = work,
            Data = WorkContract.BeginBlock.Encode(payload),
        };
        return new EthereumEcdsa(Secp256k1.Default).Sign(unsigned, Key);
    }

    /// <summary>The payload inside a transaction's call data.</summary>
    public static bool TryReadPayload(Transaction tx, out byte[] payload)
    {
        bool ok = WorkContract.BeginBlock.TryDecodeInput(tx.Data.Span, out object[]? arguments);
        payload = ok ? (byte[])arguments![0] : [];
        return ok;
    }
}
