namespace BpDao.Consensus.Por.Protocol;

/// <summary>Puts certificates together when the vote or timeout comes that makes a quorum. Each goes to some peers once, so that who missed votes
/// gets it from somebody.</summary>
internal sealed class Certifier(
    HeightContext context, HeightBooks books, HeightCommit commit, RejectionPool rejections, ICertificateScheme scheme, Action<PorEffect> emit)
{
    /// <summary>Null while there is no quorum, or when it certifies nothing new.</summary>
    public BlockCertificate? Certify(Vote vote)
    {
        if (!books.Votes.IsQuorum(vote.Round, vote.Kind, vote.BlockHash)) return null;
        bool isKnown = vote.Kind switch
        {
            MessageKind.Vote1For => books.FindQc(vote.Round, vote.BlockHash) is not null,
            MessageKind.Vote2 => commit.BlockHash == vote.BlockHash,
            _ => rejections.Contains(vote.BlockHash),
        };
        // More votes against are worth taking in; more votes for certify nothing new.
        if (isKnown && vote.Kind != MessageKind.Vote1Against) return null;
        Certificate joined = books.Votes.Join(vote.Round, vote.Kind, vote.BlockHash, scheme)!;
        BlockCertificate c = new(vote.Kind, context.Epoch, context.Height, vote.BlockHash, joined);
        if (!isKnown) emit(new Relay(new BlockCertificateMessage(c), null));
        return c;
    }

    /// <summary>Rule TC; null while there is no quorum, or the QC1 of its highest claim is not here.</summary>
    public TimeoutCertificate? Certify(TimeoutMessage timeout)
    {
        if (books.Timeouts.TryCertify(timeout.Round, scheme, books.FindQc) is not { } tc) return null;
        emit(new Relay(new TimeoutCertificateMessage(context.Epoch, context.Height, tc), null));
        return tc;
    }
}
