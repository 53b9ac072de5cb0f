using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Oracles;

/// <summary>Collects what honest nodes were shown, the votes inside certificates included, and names the slots that it convicts.</summary>
internal sealed class Accountant
{
    private readonly Dictionary<(ulong Height, uint Slot), List<PorMessage>> _bySigner = [];

    public SortedSet<uint> Convicted { get; } = [];

    public void Add(PorMessage message)
    {
        switch (message)
        {
            case Vote m:
                Add(m.Height, m.Slot, m);
                break;
            case TimeoutMessage m:
                Add(m.Height, m.Slot, m with { HighQc = null });
                break;
            case BlockCertificateMessage m:
                foreach (uint slot in m.Certificate.Certificate.Signers.Slots()) Add(m.Height, slot, VoteIn(m.Certificate, slot));
                break;
            case TimeoutCertificateMessage m:
                Add(m.Epoch, m.Height, m.Certificate);
                break;
            case Proposal { Justification: { } tc } m:
                Add(m.Epoch, m.Height, tc);
                break;
        }
    }

    private void Add(ulong epoch, ulong height, TimeoutCertificate tc)
    {
        foreach (TimeoutGroup group in tc.Groups)
        {
            foreach (uint slot in group.Signers.Slots())
            {
                Add(height, slot, new TimeoutMessage(epoch, height, tc.Round, group.HqcRoundPlusOne, group.HqcBlockHash, null, slot, default));
            }
        }

        if (CertificateVerifier.HighQcOf(tc, epoch, height) is { } qc) Add(new BlockCertificateMessage(qc));
    }

    private void Add(ulong height, uint slot, PorMessage message)
    {
        if (!_bySigner.TryGetValue((height, slot), out List<PorMessage>? before)) _bySigner.Add((height, slot), before = []);
        foreach (PorMessage earlier in before)
        {
            if (Evidence.Between(earlier, message) is not null) Convicted.Add(slot);
        }

        before.Add(message);
    }

    private static Vote VoteIn(BlockCertificate c, uint slot) => new(c.Kind, c.Epoch, c.Height, c.Round, c.BlockHash, slot, default);
}
