namespace BpDao.Synchronization;

/// <summary>What one question may ask for and one answer may hold.</summary>
public static class SyncLimits
{
    public const int Headers = 512;
    public const int Blocks = 128;
    public const int Epochs = 32;
    public const int Receipts = 128;

    /// <summary>In all blocks of an answer: more than a block of the largest gas limit that contracts allow (2^32) has room for.</summary>
    public const int Transactions = 204_800;

    /// <summary>An answer ends with the item that crosses this, in bytes. The first item is always in it.</summary>
    public const int AnswerBytes = 2 * 1024 * 1024;

    /// <summary>Longest certificate in bytes: a quorum of a full bench.</summary>
    public const int Certificate = 128 * 1024;

    /// <summary>Longest payload of transaction 0 in bytes.</summary>
    public const int Payload = 1024 * 1024;
}
