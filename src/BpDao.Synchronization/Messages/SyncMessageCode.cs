namespace BpDao.Synchronization;

/// <summary>Codes of the synchronisation messages of <c>bpdao/1</c>, 0x20 to 0x2f (docs/protocol.md, section 10). An answer has its question's code and one.</summary>
public static class SyncMessageCode
{
    public const int First = 0x20;
    public const int Last = 0x2f;

    public const int GetTip = 0x20;
    public const int Tip = 0x21;
    public const int GetHeaders = 0x22;
    public const int Headers = 0x23;
    public const int GetBlocks = 0x24;
    public const int Blocks = 0x25;
    public const int GetEpochs = 0x26;
    public const int Epochs = 0x27;
    public const int GetReceipts = 0x28;
    public const int Receipts = 0x29;

    public static bool IsQuestion(int code) => code is GetTip or GetHeaders or GetBlocks or GetEpochs or GetReceipts;

    public static bool IsAnswer(int code) => code is Tip or Headers or Blocks or Epochs or Receipts;

    /// <summary>Longest payload of that code in bytes; zero for a code that nothing uses. Longer ones are refused before they are decompressed.</summary>
    public static int MaxBytes(int code) => code switch
    {
        _ when IsQuestion(code) => 64,
        Tip => 256 * 1024,
        Headers => 1024 * 1024,
        // One block of 8 MiB (EIP-7934) and its certificate are always answered.
        Blocks or Epochs or Receipts => 10 * 1024 * 1024,
        _ => 0,
    };
}
