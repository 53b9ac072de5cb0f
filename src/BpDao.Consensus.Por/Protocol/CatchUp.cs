namespace BpDao.Consensus.Por.Protocol;

/// <summary>Pulls committed blocks one after another from whoever says that it is ahead (Status, GetCertificate).</summary>
internal sealed class CatchUp
{
    private ulong _asked;
    private int _attempts;
    private PeerId? _best;

    /// <summary>The highest committed block that any peer claimed; a claim costs nothing, so it only steers questions.</summary>
    public ulong Claimed { get; private set; }

    public void Learn(PeerId peer, ulong committed)
    {
        if (committed < Claimed) return;
        Claimed = committed;
        _best = peer;
    }

    /// <summary>Whom to ask for <paramref name="height"/>; null when nobody claims it, or it is asked for already.</summary>
    public AskCertifiedBlock? Ask(ulong height, bool again = false)
    {
        if (Claimed < height || (_asked == height && !again)) return null;
        if (_asked != height) _attempts = 0;
        _asked = height;
        // A peer that promised what nobody has must not be believed for ever.
        if (_attempts >= MaxAttempts) Claimed = height - 1;
        return new AskCertifiedBlock(height, _best, _attempts++);
    }

    private const int MaxAttempts = 16;
}
