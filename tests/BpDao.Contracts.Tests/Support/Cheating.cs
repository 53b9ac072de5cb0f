using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Contracts.Tests.Support;

/// <summary>What producers sign who cheat: proof of every type of protocol rule 7.1, with true signatures of the bench of its epoch.</summary>
internal sealed class Cheating(PorTestChain chain)
{
    private static readonly Hash256 One = Keccak256.Hash("one"u8), Other = Keccak256.Hash("other"u8);

    public static readonly EvidenceType[] OfOneSlot =
    [
        EvidenceType.DoubleProposal, EvidenceType.ContraryVotes, EvidenceType.DoubleSecondVote, EvidenceType.HiddenSecondVote, EvidenceType.IgnoredQc,
    ];

    /// <summary>E1 … E5 of a bench member.</summary>
    public EvidenceItem Of(EvidenceType type, uint slot, ulong height)
    {
        ulong epoch = EpochOf(height);
        return type switch
        {
            EvidenceType.DoubleProposal => Between(Proposal(slot, epoch, height, 0, One, Hash256.Zero), Proposal(slot, epoch, height, 0, Other, Hash256.Zero)),
            EvidenceType.ContraryVotes => Between(Vote(MessageKind.Vote1For, slot, epoch, height, One), Vote(MessageKind.Vote1For, slot, epoch, height, Other)),
            EvidenceType.DoubleSecondVote => Between(Vote(MessageKind.Vote2, slot, epoch, height, One), Vote(MessageKind.Vote2, slot, epoch, height, Other)),
            EvidenceType.HiddenSecondVote => Between(Vote(MessageKind.Vote2, slot, epoch, height, One), Timeout(slot, epoch, height, 0)),
            EvidenceType.IgnoredQc => IgnoredQc(slot, epoch, height),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }

    /// <summary>E6: two commit certificates of a height.</summary>
    public EvidenceItem TwoCommits(ulong height, uint[] first, uint[] second)
    {
        ulong epoch = EpochOf(height);
        return EvidenceItem.TwoCommits(Certify(MessageKind.Vote2, epoch, height, One, first), Certify(MessageKind.Vote2, epoch, height, Other, second))
            ?? throw new InvalidOperationException("These certificates prove nothing.");
    }

    public ulong EpochOf(ulong height) => height > chain.Head.Number ? chain.View().Epoch : chain.Epochs.RecordOf(height)!.Epoch;

    /// <summary>The leader of round 1 had a timeout certificate that claims a QC1 of round 0, and proposed another block.</summary>
    private EvidenceItem IgnoredQc(uint slot, ulong epoch, ulong height)
    {
        uint[] all = [.. BenchOf(epoch).Members.Select(m => m.Slot)];
        BlockCertificate qc = Certify(MessageKind.Vote1For, epoch, height, One, all);
        byte[] timeouts = Join(epoch, chain.Verifier.Domain.Timeout(epoch, height, 0, 1, One), all);
        TimeoutCertificate tc = new(0, [new TimeoutGroup(1, One, SlotBitmap.Of(all), timeouts)], qc.Certificate);
        return EvidenceItem.IgnoredQc(Proposal(slot, epoch, height, 1, Other, tc.Digest), tc);
    }

    private static EvidenceItem Between(SignedStatement a, SignedStatement b) =>
        EvidenceItem.Between(a, b) ?? throw new InvalidOperationException("These statements prove nothing.");

    private SignedStatement Proposal(uint slot, ulong epoch, ulong height, uint round, Hash256 block, Hash256 justification) =>
        new(MessageKind.Proposal, epoch, height, round, slot, block, justification.ToArray(),
            KeyOf(epoch, slot).Sign(chain.Verifier.Domain.Proposal(epoch, height, round, block, justification)));

    private SignedStatement Vote(MessageKind kind, uint slot, ulong epoch, ulong height, Hash256 block) =>
        new(kind, epoch, height, 0, slot, block, default, KeyOf(epoch, slot).Sign(chain.Verifier.Domain.Vote(kind, epoch, height, 0, block)));

    // Claims no QC1.
    private SignedStatement Timeout(uint slot, ulong epoch, ulong height, uint round) =>
        SignedStatement.OfTimeout(epoch, height, round, slot, 0, Hash256.Zero, KeyOf(epoch, slot).Sign(chain.Verifier.Domain.Timeout(epoch, height, round, 0, Hash256.Zero)));

    private BlockCertificate Certify(MessageKind kind, ulong epoch, ulong height, Hash256 block, uint[] slots) =>
        new(kind, epoch, height, block, new Certificate(0, SlotBitmap.Of(slots), Join(epoch, chain.Verifier.Domain.Vote(kind, epoch, height, 0, block), slots)));

    private byte[] Join(ulong epoch, Hash256 digest, uint[] slots) =>
        chain.Verifier.Scheme.Join([.. slots.Select(s => (ReadOnlyMemory<byte>)KeyOf(epoch, s).Sign(digest))]);

    private Bench BenchOf(ulong epoch) => chain.Epochs.BenchOf(epoch) ?? throw new InvalidOperationException($"There is no bench of epoch {epoch}.");

    // The key of then: the slot may have another tenant now.
    private TestProducer KeyOf(ulong epoch, uint slot)
    {
        BenchMember member = BenchOf(epoch).Find(slot) ?? throw new InvalidOperationException($"Slot {slot} is not on the bench of epoch {epoch}.");
        return chain.KnownProducers.Single(p => p.Address == new Address(member.Key.Span));
    }
}
