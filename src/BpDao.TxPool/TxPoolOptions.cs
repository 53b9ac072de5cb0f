namespace BpDao.TxPool;

/// <summary>What this node keeps and asks for. Nothing here decides the validity of a block.</summary>
public sealed record TxPoolOptions
{
    /// <summary>Transactions of all senders.</summary>
    public int Capacity { get; init; } = 10_000;

    /// <summary>Bytes of the transactions of all senders, as they are encoded.</summary>
    public long CapacityBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Nonces of one sender, counted from its account's nonce: no sender has more transactions here.</summary>
    public int NoncesPerSender { get; init; } = 512;

    /// <summary>Bytes of one transaction.</summary>
    public int MaxTransactionBytes { get; init; } = 128 * 1024;

    /// <summary>Least tip in wei per gas.</summary>
    public ulong MinTip { get; init; }

    /// <summary>Per cent that a replacement pays more, on both fees; with zero, something more still.</summary>
    public int PriceBumpPercent { get; init; } = 10;

    /// <summary>Transactions of an account whose balance a delegation lets others spend (EIP-7702).</summary>
    public int InFlightOfDelegated { get; init; } = 1;
}
