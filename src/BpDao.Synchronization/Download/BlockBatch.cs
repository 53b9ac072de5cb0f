using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>A run of blocks that one peer is asked for. It is whole, or it is asked for again.</summary>
internal sealed class BlockBatch(ulong start, ulong count)
{
    private readonly List<RemotePeer> _failed = [];

    public ulong Start => start;

    public ulong Count { get; private set; } = count;

    public RemotePeer? Peer { get; private set; }

    /// <summary>While it is under way.</summary>
    public Task<BlocksAnswer?>? Answer { get; private set; }

    public IReadOnlyList<CertifiedBlock>? Blocks { get; private set; }

    /// <summary>Its answer is under way or here.</summary>
    public bool IsTaken => Answer is not null || Blocks is not null;

    /// <summary>Puts it to a peer; false when none is free.</summary>
    public bool TryAsk(PeerChoice peers, CancellationToken cancellationToken)
    {
        Peer = peers.Take(Start, _failed);
        if (Peer is null && _failed.Count > 0)
        {
            // Everybody failed once: begin anew with whoever is still worth asking.
            _failed.Clear();
            Peer = peers.Take(Start);
        }

        Answer = Peer?.AskAsync<BlocksAnswer>(SyncMessageCode.GetBlocks, Start, Count, cancellationToken);
        return Answer is not null;
    }

    /// <summary>Takes the finished answer. A shorter one leaves a rest to be asked for by itself.</summary>
    public BlockBatch? Harvest()
    {
        BlocksAnswer? answer = Answer!.GetAwaiter().GetResult();
        RemotePeer peer = Peer!;
        if (answer is { Blocks.Count: > 0 } && IsARun(answer.Blocks))
        {
            (Blocks, Answer) = (answer.Blocks, null);
            ulong got = (ulong)answer.Blocks.Count;
            BlockBatch? rest = got < Count ? new BlockBatch(Start + got, Count - got) : null;
            Count = got;
            return rest;
        }

        if (answer is { Blocks.Count: > 0 }) peer.Refuse($"blocks that do not follow each other from {Start} on");
        else if (answer is not null) peer.Disclaim(Start);
        Fail();
        return null;
    }

    /// <summary>What came is useless: another peer is to be asked.</summary>
    public void Fail()
    {
        if (Peer is { } peer) _failed.Add(peer);
        (Peer, Answer, Blocks) = (null, null, null);
    }

    private bool IsARun(IReadOnlyList<CertifiedBlock> blocks)
    {
        if ((ulong)blocks.Count > Count) return false;
        for (int i = 0; i < blocks.Count; i++)
        {
            BlockHeader header = blocks[i].Block.Header;
            if (header.Number != Start + (ulong)i || (i > 0 && header.ParentHash != blocks[i - 1].Block.Hash)) return false;
        }

        return true;
    }
}
