using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>Message codes of bpdao/1: 0x00 the greeting, 0x01 to 0x1f the engine's own numbers, 0x20 to 0x2f synchronisation.</summary>
public static class BpDaoMessage
{
    public const int Hello = 0x00;
    public const int FirstOfEngine = 0x01;
    public const int LastOfEngine = 0x1f;
    public const int Count = 0x30;

    /// <summary>The engine's messages that carry a block (docs/protocol.md, section 11).</summary>
    public const int Proposal = 0x01, Block = 0x0c, CertifiedBlock = 0x0d;

    /// <summary>Longest engine message that carries a block: 8 MiB (EIP-7934) and certificates.</summary>
    public const int MaxBlockBytes = 10 * 1024 * 1024;

    /// <summary>Longest other engine message.</summary>
    public const int MaxOtherBytes = 256 * 1024;

    /// <summary>Longest payload of that code.</summary>
    public static int MaxBytes(int code) => code switch
    {
        Hello => 256,
        Proposal or Block or CertifiedBlock => MaxBlockBytes,
        <= LastOfEngine => MaxOtherBytes,
        _ => 0,
    };

    /// <summary>An engine message is an RLP list that begins with its number; −1 when it is not.</summary>
    public static int CodeOf(ReadOnlySpan<byte> engineMessage)
    {
        RlpReader outer = new(engineMessage);
        return outer.TryReadList(out RlpReader r) && r.TryReadUInt64(out ulong code) && code is >= FirstOfEngine and <= LastOfEngine ? (int)code : -1;
    }
}
