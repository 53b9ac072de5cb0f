using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Network;
using BpDao.TxPool;
using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization;

/// <summary>This node's part in eth: it tells where it stands, serves chain and pool, and passes transactions on.</summary>
public sealed class EthService
{
    private readonly BlockTree _chain;
    private readonly ulong _networkId;
    private readonly ForkHistory _forks;
    private readonly TaskCompletionSource _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _announcedHead;
    private long _flooded;

    public EthService(
        BlockTree chain, ITxPool pool, ulong networkId, ForkHistory forks, EthOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (_chain, _networkId, _forks) = (chain, networkId, forks);
        Options = options;
        Time = time;
        Logger = loggers.CreateLogger<EthService>();
        Server = new ChainServer(chain, pool);
        Serving = new SemaphoreSlim(options.ServedAtOnce);
        Inbox = new TransactionInbox(pool, loggers.CreateLogger<TransactionInbox>());
        Fetcher = new TransactionFetcher(pool, Inbox, Peers, Fail, options, time);
        Gossip = new TransactionGossip(pool, Peers, options, time);
        Protocols = [new EthProtocol(69, this), new EthProtocol(68, this)];
        chain.Updated += OnUpdated;
        _announcedHead = chain.Head.Number;
    }

    /// <summary>Newest version first.</summary>
    public IReadOnlyList<IProtocol> Protocols { get; }

    public EthPeers Peers { get; } = new();

    public TransactionGossip Gossip { get; }

    public TransactionInbox Inbox { get; }

    internal TransactionFetcher Fetcher { get; }

    internal ChainServer Server { get; }

    internal SemaphoreSlim Serving { get; }

    internal EthOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    /// <summary>Messages and questions of peers beyond their budgets, thrown away.</summary>
    public long Flooded => Interlocked.Read(ref _flooded);

    /// <summary>Sends, fetches and submits transactions until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [Gossip.RunAsync(both.Token), Fetcher.RunAsync(both.Token), Inbox.RunAsync(both.Token), _fault.Task.WaitAsync(both.Token)];
        await Task.WhenAny(loops);
        await both.CancelAsync();
        await Task.WhenAll(loops);
    }

    internal void CountFlooded() => Interlocked.Increment(ref _flooded);

    /// <summary>Something failed here while a peer was dealt with. A broken store ends <see cref="RunAsync"/>, and by that the node. Anything else is a bug of ours
    /// that this peer may have found: it costs the session, so that nobody can end nodes from afar.</summary>
    internal void Fail(IPeer peer, Exception fault)
    {
        if (StoreFault.Is(fault))
        {
            _fault.TrySetException(fault);
            return;
        }

        Logger.LogError(fault, "Peer {Peer} {ClientId} has met a fault of this node", peer.RemoteEndPoint, peer.ClientId);
        peer.Disconnect(DisconnectReason.SubprotocolReason, "a fault of this node");
    }

    internal EthStatus OwnStatus()
    {
        BlockHeader head = _chain.Head;
        return new EthStatus(
            _networkId, _chain.Genesis.Hash, _forks.At(head.Number, head.Timestamp), _chain.TotalDifficultyOf(head.Hash) ?? UInt256.Zero,
            Server.RangeAt(head));
    }

    /// <summary>What keeps this node and that peer apart; null when nothing does.</summary>
    internal string? Refuse(EthStatus theirs)
    {
        if (theirs.NetworkId != _networkId) return $"network {theirs.NetworkId}, not {_networkId}";
        if (theirs.Genesis != _chain.Genesis.Hash) return $"genesis {theirs.Genesis}, not {_chain.Genesis.Hash}";
        BlockHeader head = _chain.Head;
        ForkIdVerdict verdict = _forks.Judge(head.Number, head.Timestamp, theirs.Forks);
        return verdict == ForkIdVerdict.Compatible ? null : $"fork id {theirs.Forks}: {verdict}";
    }

    // On the importer's thread; sending only queues.
    private void OnUpdated(ChainUpdate update)
    {
        ulong head = update.Head.Number;
        if (head < _announcedHead + Options.RangeUpdateBlocks) return;
        _announcedHead = head;
        byte[] message = BlockRangeCodec.Encode(Server.RangeAt(update.Head));
        foreach (EthPeer peer in Peers.All)
        {
            if (peer.Version >= 69) peer.TrySend(EthMessage.BlockRangeUpdate, message);
        }
    }
}
