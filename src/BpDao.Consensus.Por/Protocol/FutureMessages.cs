namespace BpDao.Consensus.Por.Protocol;

/// <summary>Messages about the next height that came while this one was being committed. They cannot be checked yet, so each peer has a small
/// share of its own, and filling it hurts nobody else.</summary>
internal sealed class FutureMessages
{
    private const int MaxPeers = 512;
    private const int MaxPerPeer = 32;

    /// <summary>Proposals of all peers: peers come and go, and each may bring a block. Copies of one block are many; the last to come are kept.</summary>
    public const int MaxProposals = 16;

    private readonly Dictionary<PeerId, List<HeightMessage>> _byPeer = [];
    private readonly List<PeerId> _order = [];
    private readonly Queue<(List<HeightMessage> Of, HeightMessage Proposal)> _proposals = new();

    public void Add(HeightMessage message, PeerId from)
    {
        if (!_byPeer.TryGetValue(from, out List<HeightMessage>? list))
        {
            if (_order.Count == MaxPeers) return;
            _order.Add(from);
            _byPeer.Add(from, list = []);
        }

        // One block a peer: a proposal is the only message that is large.
        if (list.Count >= MaxPerPeer || (message is Proposal && list.Exists(m => m is Proposal))) return;
        list.Add(message);
        if (message is not Proposal) return;
        _proposals.Enqueue((list, message));
        if (_proposals.Count <= MaxProposals) return;
        (List<HeightMessage> of, HeightMessage oldest) = _proposals.Dequeue();
        of.RemoveAll(m => ReferenceEquals(m, oldest));
    }

    /// <summary>What was kept about <paramref name="height"/>, in order of arrival by peer; all else is forgotten.</summary>
    public IReadOnlyList<(HeightMessage Message, PeerId From)> Take(ulong height)
    {
        List<(HeightMessage, PeerId)> taken = [];
        foreach (PeerId peer in _order)
        {
            foreach (HeightMessage message in _byPeer[peer])
            {
                if (message.Height == height) taken.Add((message, peer));
            }
        }

        _order.Clear();
        _proposals.Clear();
        _byPeer.Clear();
        return taken;
    }
}
