using BpDao.Core;
using BpDao.Db;
using BpDao.State;
using BpDao.Synchronization.Snap;
using BpDao.Testing.Db;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Synchronization.Tests.Snap;

/// <summary>A node with a genesis state that fetches another.</summary>
internal sealed class JoiningNode : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public JoiningNode(IDb db, SnapOptions options, TimeProvider? clock = null)
    {
        TimeProvider time = clock ?? TimeProvider.System;
        Db = db;
        Options = options;
        Store = new StateStore(db, StateOptions.Default);
        if (Store.Head is null && !Store.IsPartial) PutGenesis();
        Protocol = new SnapProtocol(Store, Peers, new SnapCounters(), options, time, NullLogger<SnapProtocol>.Instance);
        Downloader = new SnapDownloader(Store, Peers, Counters, options, time, NullLogger<SnapDownloader>.Instance);
    }

    public IDb Db { get; }

    public SnapOptions Options { get; }

    public StateStore Store { get; }

    public SnapPeers Peers { get; } = new();

    public SnapProtocol Protocol { get; }

    public SnapCounters Counters { get; } = new();

    public SnapDownloader Downloader { get; }

    /// <summary>Connects a full node and returns what this node sees of it.</summary>
    public LinkedPeer Join(SourceState source, string name)
    {
        SnapProtocol server = source.CreateProtocol(Options);
        (LinkedPeer seen, _) = LinkedPeer.Connect(Protocol, "joining", server, name);
        _owned.Add(seen);
        _owned.Add(server);
        return seen;
    }

    public void Adopt(BlockHeader pivot)
    {
        WriteBatch batch = new();
        Store.Adopt(batch, pivot.Number, pivot.Hash, pivot.StateRoot);
        Db.Write(batch, sync: true);
    }

    /// <summary>Every row of the state as it is now, and nothing of any other.</summary>
    public static IReadOnlyList<string> Rows(IDbReader db) => [.. DatabaseContent.Of(db).Where(line =>
        line.StartsWith("Accounts ", StringComparison.Ordinal) || line.StartsWith("Storage ", StringComparison.Ordinal)
        || line.StartsWith("AccountNodes ", StringComparison.Ordinal) || line.StartsWith("StorageNodes ", StringComparison.Ordinal))];

    public void Dispose()
    {
        foreach (IDisposable owned in _owned) owned.Dispose();
        Protocol.Dispose();
    }

    private void PutGenesis()
    {
        StateDiff diff = new();
        for (int i = 0; i < 5; i++) diff.Accounts[SourceState.AddressOf(-i - 1)] = new AccountDiff { Exists = true, Nonce = 1, Storage = new() { [1] = 2 } };
        StateChange change = Store.Compute(Account.EmptyTrieRoot, diff);
        WriteBatch batch = new();
        Store.Commit(batch, change, 0, Keccak256.Hash([0]));
        Db.Write(batch, sync: true);
    }
}
