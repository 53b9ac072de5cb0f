namespace BpDao.Network;

/// <summary>How a session ended.</summary>
/// <param name="ByPeer">The other end said so, or went away; otherwise this node ended it.</param>
/// <param name="Detail">For the log.</param>
public readonly record struct SessionEnd(DisconnectReason Reason, bool ByPeer, string Detail)
{
    public override string ToString() => $"{Reason}{(ByPeer ? " by the peer" : "")}: {Detail}";
}
