using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Simulation.Tests.Worlds;

namespace BpDao.Simulation.Tests.Histories;

/// <summary>Takes what others signed apart, puts it together in other ways with what its own key signs, and shows that beside what an honest node
/// says: claims without their QC1, QC1s of other rounds and blocks, certificates under other names, proposals that rest on them.</summary>
internal sealed class Forging(int seed) : Behaviour
{
    private const int Kept = 64;

    private static readonly MessageKind[] VoteKinds = [MessageKind.Vote1For, MessageKind.Vote1Against, MessageKind.Vote2];

    private readonly Random _random = new(seed);
    private readonly List<Block> _blocks = [];
    private readonly List<Vote> _votes = [];
    private readonly List<TimeoutMessage> _timeouts = [];
    private readonly List<Certificate> _certificates = [];
    private readonly List<TimeoutCertificate> _gaveUp = [];
    private (ulong Epoch, ulong Height) _at;

    public override bool Hear(SimulatedNode self, PorMessage message)
    {
        Learn(message);
        return true;
    }

    public override IEnumerable<PorMessage> Tell(SimulatedNode self, SimulatedNode to, PorMessage message)
    {
        Learn(message);
        yield return message;
        if (_at.Height == self.Committed + 1 && _random.Next(3) == 0 && Forge(self) is { } forged) yield return forged;
    }

    private void Learn(PorMessage message)
    {
        if (message is HeightMessage { Height: var height, Epoch: var epoch } && height > _at.Height) Forget(epoch, height);
        if (message is not HeightMessage { Height: var about } || about != _at.Height) return;
        switch (message)
        {
            case Proposal p:
                Keep(_blocks, p.Block);
                if (p.Justification is { } tc) Keep(_gaveUp, tc);
                break;
            case Vote v:
                Keep(_votes, v);
                break;
            case TimeoutMessage t:
                Keep(_timeouts, t);
                if (t.HighQc is { } qc) Keep(_certificates, qc);
                break;
            case BlockCertificateMessage c:
                Keep(_certificates, c.Certificate.Certificate);
                break;
            case TimeoutCertificateMessage t:
                Keep(_gaveUp, t.Certificate);
                break;
        }
    }

    private void Forget(ulong epoch, ulong height)
    {
        _at = (epoch, height);
        _blocks.Clear();
        _votes.Clear();
        _timeouts.Clear();
        _certificates.Clear();
        _gaveUp.Clear();
    }

    private PorMessage? Forge(SimulatedNode self) => _random.Next(7) switch
    {
        0 => MakeTimeout(self, ARound(self)),
        1 or 2 => MakeTimeoutCertificate(self) is { } tc ? new TimeoutCertificateMessage(_at.Epoch, _at.Height, tc) : null,
        3 => MakeProposal(self),
        4 => TestBench.Vote(AnyOf(VoteKinds), _at.Height, ARound(self), AHash(), self.Slot, _at.Epoch),
        5 => new BlockCertificateMessage(new BlockCertificate(AnyOf(VoteKinds), _at.Epoch, _at.Height, AHash(), ACertificate(self))),
        _ => MakeTimeoutCertificate(self) is { } tc ? new StatusMessage(self.Committed, Keccak256.Hash("no parent"u8), tc.Round + 1, tc) : null,
    };

    // Its own signature is a true one; what it claims need not be.
    private TimeoutMessage MakeTimeout(SimulatedNode self, uint round)
    {
        Certificate claimed = ACertificate(self) with { Round = (uint)_random.Next((int)round + 1) };
        TimeoutMessage timeout = TestBench.Timeout(_at.Height, round, self.Slot, new BlockCertificate(MessageKind.Vote1For, _at.Epoch, _at.Height, AHash(), claimed), _at.Epoch);
        return _random.Next(2) == 0 ? timeout : timeout with { HighQc = ACertificate(self) };
    }

    private TimeoutCertificate? MakeTimeoutCertificate(SimulatedNode self)
    {
        if (_timeouts.Count == 0) return null;
        uint round = AnyOf(_timeouts).Round;
        IEnumerable<TimeoutMessage> others = _timeouts.Where(t => t.Round == round && t.Slot != self.Slot).DistinctBy(t => t.Slot);
        TimeoutCertificate tc = TestBench.TimeoutCertificate(_at.Height, round, [.. others, MakeTimeout(self, round)]);
        if (_random.Next(4) != 0) tc = tc with { HighQc = ACertificate(self) };
        Keep(_gaveUp, tc);
        return tc;
    }

    private Proposal? MakeProposal(SimulatedNode self)
    {
        uint round = ARound(self);
        TimeoutCertificate[] before = [.. _gaveUp.Where(t => t.Round + 1 == round)];
        if (round > 0 && before.Length == 0) return null;
        Block block = _blocks.Count > 0 && _random.Next(3) > 0 ? AnyOf(_blocks) : self.NewBlock(_at.Height, round);
        Keep(_blocks, block);
        return TestBench.Proposal(_at.Height, round, block, round == 0 ? null : AnyOf(before), self.Slot, _at.Epoch);
    }

    private Certificate ACertificate(SimulatedNode self)
    {
        if (_certificates.Count > 0 && _random.Next(2) == 0)
        {
            Certificate known = AnyOf(_certificates);
            return _random.Next(2) == 0 ? known : known with { Round = ARound(self) };
        }

        if (_votes.Count == 0 || _random.Next(3) == 0) return TestBench.Certificate(AnyOf(VoteKinds), _at.Height, ARound(self), AHash(), self.Slot).Certificate;
        Vote sample = AnyOf(_votes);
        Vote[] same = [.. _votes.Where(v => (v.Kind, v.Round, v.BlockHash) == (sample.Kind, sample.Round, sample.BlockHash)).DistinctBy(v => v.Slot).OrderBy(v => v.Slot)];
        return new Certificate(sample.Round, SlotBitmap.Of(same.Select(v => v.Slot)), self.World.Verifier.Scheme.Join([.. same.Select(v => v.Signature)]));
    }

    private uint ARound(SimulatedNode self) => (uint)Math.Max(0, (int)self.Protocol.Round + _random.Next(4) - 2);

    private Hash256 AHash() => _blocks.Count > 0 && _random.Next(8) > 0 ? AnyOf(_blocks).Hash : Keccak256.Hash("no block"u8);

    private T AnyOf<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private static void Keep<T>(List<T> list, T item)
    {
        if (list.Count == Kept) list.RemoveAt(0);
        list.Add(item);
    }
}
