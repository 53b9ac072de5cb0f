using BpDao.Consensus.Por.Evidence;
using BpDao.Core;

namespace BpDao.Consensus.Por.Protocol;

/// <summary>Takes the pen away for good, and says why once a height: the key is in use elsewhere, or the world and this node disagree.</summary>
internal sealed class SigningStop(SafetyRules? safety, Action<PorEffect> emit)
{
    private bool _isRaised;

    /// <param name="block">What it is about, to be kept for inspection.</param>
    /// <param name="certificates">What others hold against this node's own view.</param>
    public void Raise(AlarmKind kind, string detail, Block? block = null, params IReadOnlyList<BlockCertificate> certificates)
    {
        safety?.Stop();
        if (_isRaised) return;
        _isRaised = true;
        emit(new Alarm(kind, detail) { Block = block, Certificates = certificates });
    }

    /// <summary>A voter contradicts himself. When it is this key, another machine has it.</summary>
    public void Report(EvidenceItem item)
    {
        emit(new Contradiction(item));
        if (safety?.IsAccusedBy(item) == true) Raise(AlarmKind.KeyInUseElsewhere, $"this key contradicts itself: {item}");
    }
}
