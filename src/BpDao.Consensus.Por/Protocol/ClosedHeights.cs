using BpDao.Consensus.Por.Evidence;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>What is still said about committed heights: votes that come late, and what contradicts what its voter said there in time.</summary>
internal sealed class ClosedHeights(VoteArchive archive, SafetyRules? safety, Action<PorEffect> emit)
{
    /// <summary>A second block has a commit certificate: more than a third of the weight has cheated.</summary>
    public bool IsHalted { get; private set; }

    public void OnMessage(HeightMessage message, PeerId from)
    {
        switch (message)
        {
            case Vote m:
                if (archive.Offer(m, out IReadOnlyList<EvidenceItem> proved)) emit(new Relay(m, from));
                else proved = archive.Examine(SignedStatement.Of(m));
                Report(proved);
                break;
            case Proposal m when archive.ProposerOf(m.Height, m.Round) is { } proposer:
                Report(archive.Examine(SignedStatement.Of(m, proposer)));
                break;
            case TimeoutMessage m:
                emit(new ServeCertificate(from, message.Height));
                Report(archive.Examine(SignedStatement.Of(m)));
                break;
            case TimeoutCertificateMessage m:
                Report(archive.Examine(m));
                break;
            case BlockCertificateMessage m when archive.Contradicts(m.Certificate) is { } committed:
                Halt(committed, m.Certificate);
                break;
        }
    }

    private void Halt(BlockCertificate committed, BlockCertificate other)
    {
        IsHalted = true;
        safety?.Stop();
        Report(EvidenceItem.TwoCommits(committed, other) is { } item ? [item] : archive.Examine(other));
        emit(new Alarm(AlarmKind.ConflictingCommit, $"{committed.BlockHash} and {other.BlockHash} at height {other.Height}") { Certificates = [committed, other] });
    }

    /// <summary>What somebody's signatures prove.</summary>
    public void Report(IReadOnlyList<EvidenceItem> items)
    {
        // Each item is a finding of its own, so each has its alarm.
        foreach (EvidenceItem item in items) new SigningStop(safety, emit).Report(item);
    }
}
