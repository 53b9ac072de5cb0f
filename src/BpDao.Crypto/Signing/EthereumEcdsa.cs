using BpDao.Core;

namespace BpDao.Crypto;

/// <summary>Signs and recovers what Ethereum signs: transactions, authorizations, and digests of consensus messages.</summary>
/// <remarks>Thread-safe. Everything it signs has low s; everything it accepts has, too, unless a parameter says otherwise.</remarks>
public sealed class EthereumEcdsa(ISecp256k1 curve)
{
    /// <summary>First byte of what an EIP-7702 authorization signs.</summary>
    public const byte AuthorizationMagic = 0x05;

    private readonly RecoveredSenders _recovered = new();

    /// <summary>A copy of the transaction with signature and sender. Legacy transactions are protected by EIP-155 when
    /// <see cref="Transaction.ChainId"/> is there.</summary>
    public Transaction Sign(Transaction transaction, PrivateKey key) =>
        transaction with { Signature = SignDigest(SigningHash(transaction), key), Sender = key.Address };

    /// <summary>The sender, recovered once and remembered in <see cref="Transaction.Sender"/>; of the last tens of thousands also for other instances
    /// of the same transaction.</summary>
    /// <param name="allowHighS">True only for blocks before Homestead (EIP-2).</param>
    /// <returns>False when the signature's numbers are out of range or belong to no key.</returns>
    public bool TryRecoverSender(Transaction transaction, out Address sender, bool allowHighS = false)
    {
        sender = default;
        // Asked again on every call: a sender remembered under Frontier's rule may have been found with high s.
        if (!IsAcceptable(transaction.Signature, allowHighS)) return false;
        if (transaction.Sender is { } known)
        {
            sender = known;
            return true;
        }

        if (!_recovered.TryGet(transaction.Hash, out sender))
        {
            using WorkScope work = WorkClock.Begin(WorkKind.Senders);
            if (!TryRecover(SigningHash(transaction), transaction.Signature, out sender)) return false;
            _recovered.Add(transaction.Hash, sender);
        }

        transaction.Sender = sender;
        return true;
    }

    /// <summary>A signed wish to delegate (EIP-7702).</summary>
    /// <param name="chainId">Zero for any chain.</param>
    public Authorization SignAuthorization(in UInt256 chainId, in Address address, ulong nonce, PrivateKey key)
    {
        Authorization unsigned = new(chainId, address, nonce, default);
        return unsigned with { Signature = SignDigest(SigningHash(unsigned), key) };
    }

    /// <summary>The authority of an authorization; false when its signature is malformed, has high s, or belongs to no key (EIP-7702).
    /// Chain id and nonce are for the caller to judge.</summary>
    public bool TryRecoverAuthority(Authorization authorization, out Address authority) =>
        TryRecoverAddress(SigningHash(authorization), authorization.Signature, out authority);

    public TxSignature SignDigest(in Hash256 digest, PrivateKey key) => curve.Sign(digest, key.Bytes);

    /// <summary>Who signed the digest; false for y parity above 1, r or s out of range, high s, or no such key.</summary>
    public bool TryRecoverAddress(in Hash256 digest, in TxSignature signature, out Address address)
    {
        address = default;
        return IsAcceptable(signature, allowHighS: false) && TryRecover(digest, signature, out address);
    }

    /// <summary>Who signed the digest, from 65 bytes (<see cref="CompactSignature"/>).</summary>
    public bool TryRecoverAddress(in Hash256 digest, ReadOnlySpan<byte> compactSignature, out Address address)
    {
        address = default;
        return CompactSignature.TryRead(compactSignature, out TxSignature signature) && TryRecover(digest, signature, out address);
    }

    /// <summary>What the sender signs.</summary>
    public static Hash256 SigningHash(Transaction transaction) => TransactionCodec.Hash(transaction, signed: false);

    /// <summary>keccak256(0x05 ‖ rlp([chainId, address, nonce])).</summary>
    public static Hash256 SigningHash(Authorization authorization)
    {
        RlpWriter writer = new(64);
        writer.WriteRaw([AuthorizationMagic]);
        writer.StartList().Write(authorization.ChainId).Write(authorization.Address).Write(authorization.Nonce).EndList();
        return Keccak256.Hash(writer.WrittenSpan);
    }

    private static bool IsAcceptable(in TxSignature signature, bool allowHighS) =>
        allowHighS
            ? signature.YParity <= 1 && Secp256k1.IsScalar(signature.R) && Secp256k1.IsScalar(signature.S)
            : CompactSignature.IsStrict(signature);

    private bool TryRecover(in Hash256 digest, in TxSignature signature, out Address address)
    {
        Span<byte> publicKey = stackalloc byte[PublicKey.Size];
        bool ok = curve.TryRecover(digest, signature.R, signature.S, signature.YParity, publicKey);
        address = ok ? PublicKey.AddressOf(publicKey) : default;
        return ok;
    }
}
