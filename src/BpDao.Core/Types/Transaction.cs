namespace BpDao.Core;

/// <summary>EIP-2718 transaction types.</summary>
public enum TxType : byte
{
    Legacy = 0,

    /// <summary>EIP-2930.</summary>
    AccessList = 1,

    /// <summary>EIP-1559.</summary>
    DynamicFee = 2,

    /// <summary>EIP-4844.</summary>
    Blob = 3,

    /// <summary>EIP-7702.</summary>
    SetCode = 4,
}

/// <summary>An address and the slots of it that a transaction warms (EIP-2930).</summary>
public sealed record AccessListEntry(Address Address, IReadOnlyList<UInt256> StorageKeys);

/// <summary>A signed wish to set one's code to a delegation (EIP-7702).</summary>
/// <param name="ChainId">Zero for any chain.</param>
/// <param name="Signature">YParity, r, s over keccak256(0x05 ‖ rlp([chainId, address, nonce])).</param>
public sealed record Authorization(UInt256 ChainId, Address Address, ulong Nonce, TxSignature Signature);

/// <summary>An ECDSA signature over secp256k1 with the recovery bit.</summary>
/// <param name="YParity">0 or 1 in a valid signature; wider only so that malformed authorizations can be carried (EIP-7702).</param>
public readonly record struct TxSignature(byte YParity, UInt256 R, UInt256 S);

/// <summary>A transaction of any type. Fields that a type does not have keep their defaults.</summary>
/// <remarks>Immutable but for <see cref="Sender"/>, which is remembered once recovered. <see cref="Hash"/> is computed once for each
/// instance and, like the sender, is not carried over by <c>with</c>.</remarks>
public sealed record Transaction
{
    private readonly Lazy<Hash256> _hash;

    // A reference, because twenty bytes written by one thread could be read half by another.
    private volatile KnownSender? _sender;

    public Transaction() => _hash = new Lazy<Hash256>(ComputeHash, LazyThreadSafetyMode.PublicationOnly);

    private Transaction(Transaction other)
    {
        Type = other.Type;
        ChainId = other.ChainId;
        Nonce = other.Nonce;
        MaxPriorityFeePerGas = other.MaxPriorityFeePerGas;
        MaxFeePerGas = other.MaxFeePerGas;
        GasLimit = other.GasLimit;
        To = other.To;
        Value = other.Value;
        Data = other.Data;
        AccessList = other.AccessList;
        MaxFeePerBlobGas = other.MaxFeePerBlobGas;
        BlobVersionedHashes = other.BlobVersionedHashes;
        AuthorizationList = other.AuthorizationList;
        Signature = other.Signature;
        _hash = new Lazy<Hash256>(ComputeHash, LazyThreadSafetyMode.PublicationOnly);
    }

    public TxType Type { get; init; }

    /// <summary>Null only for a legacy transaction without EIP-155 protection.</summary>
    public ulong? ChainId { get; init; }

    public ulong Nonce { get; init; }

    /// <summary>Wei per gas. For types 0 and 1 the same as <see cref="MaxFeePerGas"/>.</summary>
    public UInt256 MaxPriorityFeePerGas { get; init; }

    /// <summary>Wei per gas: the gas price of types 0 and 1, the cap of the others.</summary>
    public UInt256 MaxFeePerGas { get; init; }

    public ulong GasLimit { get; init; }

    /// <summary>Null makes a contract.</summary>
    public Address? To { get; init; }

    /// <summary>In wei.</summary>
    public UInt256 Value { get; init; }

    /// <summary>Call data, or init code of a creation.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <summary>Wei per blob gas (type 3).</summary>
    public UInt256 MaxFeePerBlobGas { get; init; }

    public IReadOnlyList<Hash256> BlobVersionedHashes { get; init; } = [];

    public IReadOnlyList<Authorization> AuthorizationList { get; init; } = [];

    public TxSignature Signature { get; init; }

    /// <summary>The signer, once somebody recovered it; null before. Threads may ask and tell at the same time.</summary>
    public Address? Sender
    {
        get => _sender?.Address;
        set => _sender = value is { } address ? new KnownSender(address) : null;
    }

    public bool IsCreation => To is null;

    /// <summary>keccak256 of the canonical encoding.</summary>
    public Hash256 Hash => _hash.Value;

    public bool Equals(Transaction? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();

    private Hash256 ComputeHash() => TransactionCodec.Hash(this, signed: true);

    private sealed class KnownSender(Address address)
    {
        public readonly Address Address = address;
    }
}
