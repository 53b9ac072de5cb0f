namespace BpDao.Synchronization.Snap;

/// <summary>Message codes of <c>snap/1</c> (devp2p, snap.md). A request has an even code, its answer the next.</summary>
internal static class SnapCode
{
    public const int GetAccountRange = 0x00;
    public const int AccountRange = 0x01;
    public const int GetStorageRanges = 0x02;
    public const int StorageRanges = 0x03;
    public const int GetByteCodes = 0x04;
    public const int ByteCodes = 0x05;
    public const int GetTrieNodes = 0x06;
    public const int TrieNodes = 0x07;
    public const int Count = 0x08;
}

/// <summary>Bounds of what is asked for, served and read.</summary>
internal static class SnapLimits
{
    /// <summary>An answer stops growing there, whatever was asked for.</summary>
    public const int ServedBytes = 2 << 20;

    /// <summary>No answer is longer: what is served, and the last item and the proof, which may go beyond.</summary>
    public const int AnswerBytes = 3 << 20;

    /// <summary>Accounts, codes or paths named in one request.</summary>
    public const int ItemsOfRequest = 1024;

    public const int RequestBytes = 128 << 10;

    /// <summary>Nodes of two ways through a trie of hashed keys.</summary>
    public const int ProofNodes = 130;
}
