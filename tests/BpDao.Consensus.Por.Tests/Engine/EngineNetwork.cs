using BpDao.Blockchain;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;
using BpDao.Synchronization;
using BpDao.Testing;
using BpDao.Testing.Time;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>Validators of one of the published chainspecs in one process.</summary>
internal sealed class EngineNetwork : IAsyncDisposable
{
    /// <summary>Tests with whole networks run one after another: each wants the processors for itself.</summary>
    public const string Tests = "engine networks";

    private readonly EngineNode?[] _nodes;
    private readonly EngineNode.Disks[] _disks;
    private readonly IReadOnlyList<Hash256> _keys;
    private readonly ChainSpec _spec;
    private readonly InMemoryNetwork _network;
    private readonly FastTime _time;
    private readonly ILoggerFactory _loggers;

    /// <param name="chain"><c>devnet</c> (four producers) or <c>solo</c>.</param>
    /// <param name="speed">Seconds of the chain in one second.</param>
    /// <param name="change">Another genesis; its hash follows.</param>
    public EngineNetwork(string chain, ILoggerFactory loggers, int speed = 4, Func<ChainSpec, ChainSpec>? change = null)
    {
        if (!ChainSpecFile.TryLoad(Repository.PathOf("chainspec", $"{chain}.json"), out ChainSpec? spec, out string? error)) throw new InvalidOperationException(error);
        if (!PorParameters.TryRead(spec.EngineParameters, out PorParameters? parameters, out error)) throw new InvalidOperationException(error);
        if (change is not null) spec = WithItsHash(change(spec));
        (_spec, _keys, _loggers) = (spec, parameters.PublishedProducers, loggers);
        Account = new PrivateKey(parameters.PublishedAccounts[0].Bytes);
        _time = new FastTime(speed, DateTimeOffset.FromUnixTimeSeconds((long)spec.Genesis.Timestamp));
        _network = new InMemoryNetwork(InMemoryNetworkOptions.Instant, _time);
        _nodes = new EngineNode?[_keys.Count];
        _disks = [.. _keys.Select(_ => new EngineNode.Disks())];
    }

    public int Count => _keys.Count;

    /// <summary>A funded account.</summary>
    public PrivateKey Account { get; }

    public TimeProvider Time => _time;

    /// <summary>Signs as the producer of a slot would, and remembers nothing: how cheats come about.</summary>
    public ISigner SignerOf(uint slot) => new TestSigner(new PrivateKey(_keys[(int)slot].Bytes));

    /// <summary>What consensus keys sign on this network.</summary>
    public SigningDomain Domain => SigningDomain.Of(_spec.ChainId, _spec.GenesisHash!.Value);

    /// <summary>A peer that is no node: it says what the test wants. Not connected yet.</summary>
    public InMemoryEndpoint CreateStranger() => _network.CreateEndpoint(new PeerId(Keccak256.Hash("stranger"u8)));

    public static PeerId PeerOf(int index) => new(Keccak256.Hash([(byte)index]));

    public EngineNode this[int index] => _nodes[index] ?? throw new InvalidOperationException($"Node {index} is off.");

    public EngineNode.Disks DisksOf(int index) => _disks[index];

    private static ChainSpec WithItsHash(ChainSpec spec)
    {
        ChainSpec unnamed = spec with { GenesisHash = null };
        return GenesisBlock.TryCreate(unnamed, out GenesisBlock? genesis, out string? error)
            ? unnamed with { GenesisHash = genesis.Block.Hash } : throw new InvalidOperationException(error);
    }

    /// <summary>All run before any is connected: a new network's nodes meet before its first block.</summary>
    /// <param name="tamper">What a node's engine takes for its transport.</param>
    public void StartAll(Func<int, IConsensusTransport, IConsensusTransport>? tamper = null)
    {
        for (int i = 0; i < Count; i++) Create(i, null, tamper);
        for (int i = 0; i < Count; i++) this[i].Connect();
    }

    public EngineNode Start(int index, PorOptions? options = null) => Create(index, options).Connect();

    private EngineNode Create(int index, PorOptions? options, Func<int, IConsensusTransport, IConsensusTransport>? tamper = null) => _nodes[index] =
        new EngineNode(_disks[index], _spec, _keys[index], PeerOf(index), _network, _time, _loggers, options, tamper is null ? null : t => tamper(index, t));

    public async Task StopAsync(int index)
    {
        EngineNode node = this[index];
        _nodes[index] = null;
        await node.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < Count; i++)
        {
            if (_nodes[i] is not null) await StopAsync(i);
        }

        Account.Dispose();
    }
}
