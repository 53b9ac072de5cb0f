namespace BpDao.Core;

/// <summary>A block header with the fields and order of the fork it belongs to; later forks' fields are null before them.</summary>
/// <remarks>Immutable. <see cref="Hash"/> is computed once for each instance and not carried over by <c>with</c>.</remarks>
public sealed record BlockHeader
{
    private readonly Lazy<Hash256> _hash;

    public BlockHeader() => _hash = new Lazy<Hash256>(ComputeHash, LazyThreadSafetyMode.PublicationOnly);

    private BlockHeader(BlockHeader other)
    {
        ParentHash = other.ParentHash;
        OmmersHash = other.OmmersHash;
        Beneficiary = other.Beneficiary;
        StateRoot = other.StateRoot;
        TransactionsRoot = other.TransactionsRoot;
        ReceiptsRoot = other.ReceiptsRoot;
        LogsBloom = other.LogsBloom;
        Difficulty = other.Difficulty;
        Number = other.Number;
        GasLimit = other.GasLimit;
        GasUsed = other.GasUsed;
        Timestamp = other.Timestamp;
        ExtraData = other.ExtraData;
        MixHash = other.MixHash;
        Nonce = other.Nonce;
        BaseFeePerGas = other.BaseFeePerGas;
        WithdrawalsRoot = other.WithdrawalsRoot;
        BlobGasUsed = other.BlobGasUsed;
        ExcessBlobGas = other.ExcessBlobGas;
        ParentBeaconBlockRoot = other.ParentBeaconBlockRoot;
        RequestsHash = other.RequestsHash;
        _hash = new Lazy<Hash256>(ComputeHash, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>keccak256(rlp([])): the ommers hash of every block without ommers.</summary>
    public static readonly Hash256 EmptyOmmersHash = Hash256.Parse("0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");

    /// <summary>sha256 of nothing: the requests hash of a block without requests (EIP-7685).</summary>
    public static readonly Hash256 EmptyRequestsHash = Hash256.Parse("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    public Hash256 ParentHash { get; init; }

    public Hash256 OmmersHash { get; init; } = EmptyOmmersHash;

    public Address Beneficiary { get; init; }

    public Hash256 StateRoot { get; init; } = Account.EmptyTrieRoot;

    public Hash256 TransactionsRoot { get; init; } = Account.EmptyTrieRoot;

    public Hash256 ReceiptsRoot { get; init; } = Account.EmptyTrieRoot;

    public Bloom LogsBloom { get; init; } = Bloom.Empty;

    public UInt256 Difficulty { get; init; }

    public ulong Number { get; init; }

    public ulong GasLimit { get; init; }

    public ulong GasUsed { get; init; }

    /// <summary>Unix seconds.</summary>
    public ulong Timestamp { get; init; }

    public ReadOnlyMemory<byte> ExtraData { get; init; }

    /// <summary>Ethash mix before Paris, <c>prevrandao</c> after (EIP-4399).</summary>
    public Hash256 MixHash { get; init; }

    public ulong Nonce { get; init; }

    /// <summary>In wei (EIP-1559).</summary>
    public UInt256? BaseFeePerGas { get; init; }

    /// <summary>EIP-4895.</summary>
    public Hash256? WithdrawalsRoot { get; init; }

    /// <summary>EIP-4844.</summary>
    public ulong? BlobGasUsed { get; init; }

    /// <summary>EIP-4844.</summary>
    public ulong? ExcessBlobGas { get; init; }

    /// <summary>EIP-4788.</summary>
    public Hash256? ParentBeaconBlockRoot { get; init; }

    /// <summary>EIP-7685.</summary>
    public Hash256? RequestsHash { get; init; }

    /// <summary>keccak256 of the header's RLP.</summary>
    public Hash256 Hash => _hash.Value;

    public bool Equals(BlockHeader? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();

    private Hash256 ComputeHash() => Keccak256.Hash(HeaderCodec.Encode(this));
}
