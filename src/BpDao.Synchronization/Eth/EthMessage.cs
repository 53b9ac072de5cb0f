namespace BpDao.Synchronization;

/// <summary>Message codes of the eth protocol (devp2p, caps/eth.md; EIP-7642).</summary>
public static class EthMessage
{
    public const int Status = 0x00;
    public const int NewBlockHashes = 0x01;
    public const int Transactions = 0x02;
    public const int GetBlockHeaders = 0x03;
    public const int BlockHeaders = 0x04;
    public const int GetBlockBodies = 0x05;
    public const int BlockBodies = 0x06;
    public const int NewBlock = 0x07;
    public const int NewPooledTransactionHashes = 0x08;
    public const int GetPooledTransactions = 0x09;
    public const int PooledTransactions = 0x0a;
    public const int GetReceipts = 0x0f;
    public const int Receipts = 0x10;

    /// <summary>eth/69.</summary>
    public const int BlockRangeUpdate = 0x11;

    /// <summary>Codes that a version has, unused ones in between counted.</summary>
    public static int Count(int version) => version >= 69 ? 0x12 : 0x11;
}

/// <summary>What one message may hold. A peer that sends more breaks the protocol; a peer that asks for more gets less.</summary>
public static class EthLimits
{
    /// <summary>Headers in an answer.</summary>
    public const int Headers = 1024;

    /// <summary>Blocks whose bodies or receipts are in an answer.</summary>
    public const int Blocks = 1024;

    /// <summary>Transactions asked for at once.</summary>
    public const int PooledTransactions = 256;

    /// <summary>Transactions in a message that nobody asked for.</summary>
    public const int Transactions = 4096;

    /// <summary>Hashes of an announcement.</summary>
    public const int Announced = 4096;

    /// <summary>An answer that has reached this many bytes is long enough; one item may go beyond it.</summary>
    public const int SoftAnswerBytes = 2 * 1024 * 1024;

    /// <summary>Longest message of any kind, in bytes.</summary>
    public const int MessageBytes = 10 * 1024 * 1024;

    /// <summary>Longest payload of that code.</summary>
    public static int MaxBytes(int code) => code switch
    {
        EthMessage.Status or EthMessage.BlockRangeUpdate => 1024,
        EthMessage.GetBlockHeaders => 128,
        EthMessage.GetBlockBodies or EthMessage.GetReceipts or EthMessage.GetPooledTransactions => 64 * 1024,
        EthMessage.NewPooledTransactionHashes => 256 * 1024,
        EthMessage.Transactions or EthMessage.PooledTransactions or EthMessage.BlockHeaders or EthMessage.BlockBodies or EthMessage.Receipts => MessageBytes,
        // Blocks are not announced on chains without proof of work (EIP-3675); what is sent all the same is read over, not kept.
        EthMessage.NewBlockHashes or EthMessage.NewBlock => MessageBytes,
        _ => 0,
    };
}
