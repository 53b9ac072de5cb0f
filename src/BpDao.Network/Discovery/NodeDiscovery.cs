using System.Net;
using System.Security.Cryptography;
using BpDao.Core;
using BpDao.Crypto;
using Microsoft.Extensions.Logging;

namespace BpDao.Network;

/// <summary>Finds other nodes by discv4 with node records (EIP-868), and lets itself be found. Thread-safe; memory and work are bounded whatever arrives.</summary>
public sealed class NodeDiscovery : INodeSource, IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Lookups that wait for the one under way.</summary>
    private const int MaxWaitingLookups = 16;

    private readonly Lock _gate = new();
    private readonly IDatagramSocket _socket;
    private readonly DiscoveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Hash256 _self;
    private readonly DiscoveryNode _node;
    private readonly RateLimiter _limiter;
    private readonly Queue<(PublicKey Target, TaskCompletionSource<IReadOnlyList<NodeContact>> Result)> _lookups = new();
    private IReadOnlyList<NodeContact> _seeds = [];
    private ITimer? _timer;
    private long _refreshedAt, _revalidatedAt;
    private int _countAtRefresh;
    private bool _hasRefreshed, _isLookingUp, _isDisposed;
    private long _rateLimited, _malformed;

    /// <param name="record">Served to whoever asks; its owner keeps it up to date.</param>
    /// <param name="socket">Owned by this object from now on.</param>
    public NodeDiscovery(PrivateKey key, LocalRecord record, DiscoveryOptions options, IDatagramSocket socket, TimeProvider time, ILogger log)
    {
        (_socket, _options, _time, _log) = (socket, options, time, log);
        _self = record.Current.Id;
        _node = new DiscoveryNode(key, record, options, socket, time);
        _limiter = new RateLimiter(options.PacketBurst, options.PacketsPerSecond, options.TotalPacketsPerSecond, time);
    }

    /// <summary>A node has come into the table. Raised on the receiving thread without a lock held; return soon.</summary>
    public event Action<NodeContact>? Found;

    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    /// <summary>Nodes in the table.</summary>
    public int Count
    {
        get { lock (_gate) return _node.Table.Count; }
    }

    /// <summary>Nodes in the table that listen for sessions and whose record, if they have one, does not tell of another network: a copy in random order.</summary>
    public IReadOnlyList<NodeContact> Candidates
    {
        get
        {
            lock (_gate)
            {
                NodeContact[] candidates = [.. _node.Table.Nodes
                    .Where(n => n.Contact.TcpPort > 0 && (n.Record?.Forks is not { } forks || _options.IsCompatible(forks)))
                    .Select(n => n.Contact)];
                Random.Shared.Shuffle(candidates);
                return candidates;
            }
        }
    }

    public DiscoveryCounters Counters
    {
        get
        {
            lock (_gate)
            {
                return new DiscoveryCounters(_node.Handled, _rateLimited, Interlocked.Read(ref _malformed), _node.Expired, _node.Unproved, _node.Unsolicited, _node.Sent);
            }
        }
    }

    /// <summary>Begins to listen and asks the bootnodes; returns when their names are looked up, before they have answered.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        List<NodeContact> seeds = [];
        foreach (Enode node in _options.Bootnodes.Concat(_options.KnownNodes))
        {
            if (node.UdpPort == 0 || node.Id == _self) continue;
            if (await node.ResolveAsync(cancellation) is { } address) seeds.Add(new NodeContact(node.PublicKey, new IPEndPoint(address, node.UdpPort), node.TcpPort));
            else _log.LogWarning("Bootnode {Host}: nobody knows this name", node.Host);
        }

        _seeds = seeds;
        _socket.Start(Receive);
        lock (_gate)
        {
            if (_isDisposed) return;
            _revalidatedAt = _time.GetTimestamp();
            Refresh();
            _timer = _time.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
        }
    }

    /// <summary>Finds the 16 nodes whose ids are nearest to the hash of a key. Empty when too many lookups wait.</summary>
    public Task<IReadOnlyList<NodeContact>> LookupAsync(PublicKey target)
    {
        TaskCompletionSource<IReadOnlyList<NodeContact>> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isDisposed || _lookups.Count >= MaxWaitingLookups)
            {
                result.SetResult([]);
            }
            else
            {
                _lookups.Enqueue((target, result));
                StartNextLookup();
            }
        }

        return result.Task;
    }

    /// <summary>64 random bytes: where to look when anybody will do.</summary>
    public static PublicKey RandomTarget() => new(RandomNumberGenerator.GetBytes(PublicKey.Size));

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _timer?.Dispose();
            while (_lookups.TryDequeue(out var waiting)) waiting.Result.TrySetResult([]);
        }

        _socket.Dispose();
    }

    /// <summary>Cheap things first: addresses are counted before a byte is read, lengths before hashes, hashes before signatures, and state is touched last.</summary>
    private void Receive(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        lock (_gate)
        {
            if (!_limiter.TryTake(from))
            {
                _rateLimited++;
                return;
            }
        }

        if (!PacketCodec.TryDecode(datagram, out SignedPacket? packet))
        {
            Interlocked.Increment(ref _malformed);
            return;
        }

        NodeContact? found;
        lock (_gate)
        {
            if (_isDisposed || packet.SenderId == _self) return;
            TableNode? before = _node.Table.Find(packet.SenderId);
            _node.Handle(packet, from);
            found = before is null ? _node.Table.Find(packet.SenderId)?.Contact : null;
        }

        if (found is not null) Found?.Invoke(found);
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _node.Requests.Expire();
            if (_time.GetElapsedTime(_revalidatedAt) >= _options.RevalidationInterval)
            {
                _revalidatedAt = _time.GetTimestamp();
                if (_node.Table.OldestOfRandomBucket() is { } oldest) _node.Revalidate(oldest);
            }

            bool isGrowing = _node.Table.Count < KademliaTable.BucketSize || _node.Table.Count > _countAtRefresh;
            if (_time.GetElapsedTime(_refreshedAt) >= (isGrowing ? _options.RefreshInterval / 10 : _options.RefreshInterval)) Refresh();
        }
    }

    /// <summary>Bonds with the seeds as long as few nodes are known, then looks around: for ourselves first, so that our neighbours know us.</summary>
    private void Refresh()
    {
        PublicKey target = _hasRefreshed && Random.Shared.Next(2) == 0 ? RandomTarget() : _node.PublicKey;
        _hasRefreshed = true;
        _countAtRefresh = _node.Table.Count;
        _refreshedAt = _time.GetTimestamp();
        IReadOnlyList<NodeContact> seeds = _node.Table.Count < KademliaTable.BucketSize ? _seeds : [];
        int waiting = seeds.Count;
        if (waiting == 0) LookAround(target);
        foreach (NodeContact seed in seeds)
        {
            _node.Bond(seed, _ =>
            {
                if (--waiting == 0) LookAround(target);
            });
        }
    }

    private void LookAround(PublicKey target)
    {
        if (_node.Table.Count == 0 || _lookups.Count > 0) return;
        _lookups.Enqueue((target, new TaskCompletionSource<IReadOnlyList<NodeContact>>()));
        StartNextLookup();
    }

    private void StartNextLookup()
    {
        if (_isLookingUp || !_lookups.TryDequeue(out (PublicKey Target, TaskCompletionSource<IReadOnlyList<NodeContact>> Result) next)) return;
        _isLookingUp = true;
        List<NodeContact> start = _node.Table.Closest(Keccak256.Hash(next.Target.Bytes), KademliaTable.BucketSize);
        new Lookup(_self, next.Target, start, _node.Ask, found =>
        {
            _isLookingUp = false;
            next.Result.TrySetResult(found);
            StartNextLookup();
        }).Advance();
    }
}
