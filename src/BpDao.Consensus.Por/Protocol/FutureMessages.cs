namespace BpDao.Consensus.Por.Protocol;

/// <summary>Messages about the next height that came while this one was being committed. They cannot be checked yet, so each peer has a small
/// share of its own, and filling it hurts nobody else.</summary>
internal sealed class FutureMessages
{
    private const int MaxPeers = 512;
    private const int MaxPerPeer = 32;

    /// <summary>Bytes of all but proposals: a few certificates of the largest bench from one peer, and no more from all of them however many names they
    /// come under.</summary>
    public const int MaxBytesPerPeer = 512 * 1024, MaxBytes = 32 * 1024 * 1024;

    // A vote is smaller; these are bounded by their number, and nobody can crowd them out.
    private const int Small = 1024;

    /// <summary>Proposals of all peers: peers come and go, and each may bring a block. Copies of one block are many; the last to come are kept.</summary>
    public const int MaxProposals = 16;

    private readonly Dictionary<PeerId, List<HeightMessage>> _byPeer = [];
    private readonly Dictionary<PeerId, int> _bytesOf = [];
    private readonly List<PeerId> _order = [];
    private readonly Queue<(List<HeightMessage> Of, HeightMessage Proposal)> _proposals = new();
    private int _bytes;

    public void Add(HeightMessage message, PeerId from)
    {
        if (!_byPeer.TryGetValue(from, out List<HeightMessage>? list))
        {
            if (_order.Count == MaxPeers) return;
            _order.Add(from);
            _byPeer.Add(from, list = []);
        }

        // One block a peer.
        if (list.Count >= MaxPerPeer || (message is Proposal && list.Exists(m => m is Proposal))) return;
        if (message is not Proposal && MessageCodec.Encode(message).Length is > Small and var bytes && !TryReserve(bytes, from)) return;
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
        _bytesOf.Clear();
        _bytes = 0;
        return taken;
    }

    private bool TryReserve(int bytes, PeerId from)
    {
        int own = _bytesOf.GetValueOrDefault(from) + bytes;
        if (own > MaxBytesPerPeer || _bytes + bytes > MaxBytes) return false;
        _bytesOf[from] = own;
        _bytes += bytes;
        return true;
    }
}
