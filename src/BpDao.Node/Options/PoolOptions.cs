using BpDao.TxPool;

namespace BpDao.Node.Options;

/// <summary>The transaction pool.</summary>
internal sealed record PoolOptions
{
    private static readonly TxPoolOptions Defaults = new();

    [Option("txpool.capacity", "transactions", "Transactions kept, of all senders.", Min = 1)]
    public int Capacity { get; init; } = Defaults.Capacity;

    [Option("txpool.capacity-bytes", "bytes", "Bytes of the transactions kept, of all senders.", Min = 1024 * 1024)]
    public long CapacityBytes { get; init; } = Defaults.CapacityBytes;

    [Option("txpool.nonces-per-sender", "transactions", "Nonces of one sender, counted from its account's nonce.", Min = 1)]
    public int NoncesPerSender { get; init; } = Defaults.NoncesPerSender;

    [Option("txpool.max-bytes", "bytes", "Longest transaction taken.", Min = 1024)]
    public int MaxTransactionBytes { get; init; } = Defaults.MaxTransactionBytes;

    [Option("txpool.min-tip", "wei per gas", "Least tip asked for.")]
    public ulong MinTip { get; init; } = Defaults.MinTip;

    [Option("txpool.price-bump", "per cent", "What a replacement pays more, on both fees; something more in any case.", Max = 1000)]
    public int PriceBumpPercent { get; init; } = Defaults.PriceBumpPercent;

    public TxPoolOptions ToPool() => Defaults with
    {
        Capacity = Capacity,
        CapacityBytes = CapacityBytes,
        NoncesPerSender = NoncesPerSender,
        MaxTransactionBytes = MaxTransactionBytes,
        MinTip = MinTip,
        PriceBumpPercent = PriceBumpPercent,
    };
}
