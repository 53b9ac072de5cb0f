namespace BpDao.Consensus.Por.Protocol;

/// <summary>What a signature is about: the type byte in every digest (docs/protocol.md §4).</summary>
public enum MessageKind : byte
{
    Proposal = 0x01,
    Vote1For = 0x02,
    Vote1Against = 0x03,
    Vote2 = 0x04,
    Timeout = 0x05,
    SaltCommit = 0x07,
    Ready = 0x09,
    Possession = 0x0a,
    Rescue = 0x0b,
}
