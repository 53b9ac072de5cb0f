using System.Net;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.Db.Rocks;
using BpDao.Network;
using BpDao.Synchronization.Snap;
using BpDao.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Synchronization.Tests.Snap;

/// <summary>The whole way: sockets, encryption, compression, and RocksDB on the disk.</summary>
public sealed class SnapOverRlpxTests
{
    [Fact]
    public async Task A_state_is_fetched_over_encrypted_sessions_and_a_database_that_was_closed_in_between()
    {
        using CancellationTokenSource stop = new(TimeSpan.FromMinutes(3));
        using SourceState source = new(3_000, largeSlots: 4_000);
        SnapOptions options = new() { AnswerBytes = 32 << 10 };
        using SnapProtocol first = source.CreateProtocol(options), second = source.CreateProtocol(options);
        await using RlpxHost a = await StartAsync(TestKeys.A, first), b = await StartAsync(TestKeys.B, second);
        string directory = Directory.CreateTempSubdirectory("bpdao-snap-").FullName;
        try
        {
            using (WatchedDb db = new(RocksDatabase.Open(directory, new RocksOptions()), writes: 12))
            using (JoiningNode node = new(db, options))
            using (CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(stop.Token))
            {
                await using RlpxHost joining = await StartAsync(TestKeys.C, node.Protocol);
                await joining.DialAsync(new Enode(a.PublicKey, a.LocalEndPoint!));
                Task download = node.Downloader.DownloadAsync(source.Head, enough.Token);
                await db.Written.WaitAsync(stop.Token);
                await enough.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
            }

            using (RocksDatabase db = RocksDatabase.Open(directory, new RocksOptions()))
            using (JoiningNode node = new(db, options))
            {
                Assert.True(node.Store.IsPartial);
                await using RlpxHost joining = await StartAsync(TestKeys.C, node.Protocol);
                await joining.DialAsync(new Enode(a.PublicKey, a.LocalEndPoint!));
                await joining.DialAsync(new Enode(b.PublicKey, b.LocalEndPoint!));
                Assert.Equal(StateDownload.Complete, await node.Downloader.DownloadAsync(source.Head, stop.Token));
                node.Adopt(source.Head);
                Assert.Equal(JoiningNode.Rows(source.Db), JoiningNode.Rows(db));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<RlpxHost> StartAsync(PrivateKey key, SnapProtocol protocol)
    {
        RlpxHost host = new(
            key, [protocol], new OpenGate(), new RlpxOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, TimeProvider.System, NullLoggerFactory.Instance);
        await host.StartAsync();
        return host;
    }

    /// <summary>Tells when so much was written.</summary>
    private sealed class WatchedDb(IDb db, int writes) : IDb
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public Task Written => _written.Task;

        public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key) => db.Get(column, key);

        public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination) => db.Get(column, key, destination);

        public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => db.Contains(column, key);

        public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => db.Iterate(column, range, backward);

        public IDbSnapshot CreateSnapshot() => db.CreateSnapshot();

        public void Write(WriteBatch batch, bool sync = false)
        {
            db.Write(batch, sync);
            if (Interlocked.Increment(ref _count) == writes) _written.TrySetResult();
        }

        public void Dispose() => db.Dispose();
    }

    private sealed class OpenGate : IPeerGate
    {
        public bool MayConnect(IPAddress remote) => true;

        public DisconnectReason? Refuse(PeerCandidate candidate, IReadOnlyList<IPeer> connected) => null;

        public bool IsTrusted(PublicKey key) => false;

        public void Penalise(IPeer peer, int points, string reason) => Assert.Fail($"{points} points: {reason}");
    }
}
