using BpDao.Consensus;
using BpDao.Core;
using BpDao.Network;

namespace BpDao.Synchronization;

/// <summary>A peer on the same chain, after both told their status. Thread-safe.</summary>
public sealed class EthPeer
{
    private const int KnownCapacity = 32_768;

    private readonly Capability _capability;
    private readonly PendingRequests _requests;
    private BlockRange _range;

    internal EthPeer(IPeer peer, int version, EthStatus status, EthOptions options, TimeProvider time)
    {
        Peer = peer;
        Version = version;
        _range = status.Range;
        _capability = new Capability(EthProtocol.Name, version);
        _requests = new PendingRequests(time, options.AnswerTimeout);
    }

    public PeerId Id => new(Peer.Id);

    public IPeer Peer { get; }

    /// <summary>68 or 69.</summary>
    public int Version { get; }

    /// <summary>What the peer said last that it can serve.</summary>
    public BlockRange Range
    {
        get { lock (_requests) return _range; }
        internal set { lock (_requests) _range = value; }
    }

    internal KnownHashes Known { get; } = new(KnownCapacity);

    /// <summary>Null when no sound answer came in time. Whether the headers belong together is the caller's to check.</summary>
    public Task<List<BlockHeader>?> GetHeadersAsync(HeadersQuery query, CancellationToken cancellation)
    {
        int limit = (int)Math.Min(query.Limit, EthLimits.Headers);
        return _requests.AskAsync(
            EthMessage.BlockHeaders, id => TrySend(EthMessage.GetBlockHeaders, EthCodec.EncodeQuery(id, query)),
            (RlpReader items, out List<BlockHeader> headers) => EthCodec.TryReadHeaders(items, limit, out headers), cancellation);
    }

    /// <summary>In the order of the hashes, those that the peer does not have left out. Null when no sound answer came in time.</summary>
    public Task<List<BlockBody>?> GetBodiesAsync(IReadOnlyCollection<Hash256> hashes, CancellationToken cancellation) => _requests.AskAsync(
        EthMessage.BlockBodies, id => TrySend(EthMessage.GetBlockBodies, EthCodec.EncodeHashes(id, hashes)),
        (RlpReader items, out List<BlockBody> bodies) => EthCodec.TryReadBodies(items, hashes.Count, out bodies), cancellation);

    /// <summary>By block, in the order of the hashes. Null when no sound answer came in time.</summary>
    public Task<List<IReadOnlyList<Receipt>>?> GetReceiptsAsync(IReadOnlyCollection<Hash256> hashes, CancellationToken cancellation) => _requests.AskAsync(
        EthMessage.Receipts, id => TrySend(EthMessage.GetReceipts, EthCodec.EncodeHashes(id, hashes)),
        (RlpReader items, out List<IReadOnlyList<Receipt>> blocks) => EthCodec.TryReadReceipts(items, Version, hashes.Count, out blocks), cancellation);

    /// <summary>Those that the peer still has. Null when no sound answer came in time.</summary>
    public Task<List<Transaction>?> GetPooledTransactionsAsync(IReadOnlyCollection<Hash256> hashes, CancellationToken cancellation) => _requests.AskAsync(
        EthMessage.PooledTransactions, id => TrySend(EthMessage.GetPooledTransactions, EthCodec.EncodeHashes(id, hashes)),
        (RlpReader items, out List<Transaction> txs) =>
        {
            bool ok = TransactionMessages.TryRead(items, hashes.Count, out List<Transaction>? read);
            txs = ok ? read! : [];
            return ok;
        },
        cancellation);

    internal bool TrySend(int code, ReadOnlyMemory<byte> payload) => Peer.TrySend(_capability, code, payload);

    internal AnswerOutcome Receive(int code, ulong id, RlpReader items) => _requests.Receive(code, id, items);

    internal void Close() => _requests.Close();
}
