using BpDao.Network.Rlpx;
using BpDao.Network.Sessions;
using BpDao.Network.Tests.Transport;
using BpDao.Testing;
using Snappier;
using Xunit;

namespace BpDao.Network.Tests.Sessions;

/// <summary>Peers that say too much. What is measured is the memory of the process, so no other test runs beside.</summary>
[CollectionDefinition(nameof(FloodTests), DisableParallelization = true)]
[Collection(nameof(FloodTests))]
public sealed class FloodTests
{
    [Fact]
    public async Task A_busy_protocol_stops_the_reading_and_so_the_sender()
    {
        TestProtocol ours = new(), theirs = new();
        using ManualResetEventSlim mayGoOn = new();
        int handled = 0;
        theirs.Received = (_, _, _) =>
        {
            handled++;
            mayGoOn.Wait(TestHost.Deadline);
        };
        await using TestHost a = await TestHost.StartAsync(TestKeys.A, ours);
        await using TestHost b = await TestHost.StartAsync(TestKeys.B, theirs);
        await a.DialAsync(b);
        TestHandler atA = await ours.NextAsync(), atB = await theirs.NextAsync();

        byte[] noise = Noise(200_000);
        int sent = 0;
        while (atA.TrySend(0, noise)) sent++;
        Assert.True(SpinWait.SpinUntil(() => handled == 1, TestHost.Deadline));
        // The sender's queue, the two buffers of the system and one message in hand: no more.
        Assert.InRange(sent * (long)noise.Length, 0, (16L << 20) + (16 << 20));

        mayGoOn.Set();
        for (int i = 0; i < sent; i++) await atB.NextAsync();
        Assert.Equal(sent, handled);
    }

    /// <param name="kept">Bytes of the array pool that a thread keeps which had such a message in hand: one array of each size its buffers grew through.</param>
    [Theory]
    [InlineData(300, 32 << 10)]
    [InlineData(900_000, 2 << 20)]
    public async Task Memory_stays_where_it_is_while_a_peer_pours_messages(int length, long kept)
    {
        const long round = 32 << 20, bound = 4 << 20;
        long received = 0;
        TestProtocol protocol = new() { Keeps = false };
        protocol.Received = (_, _, payload) => Interlocked.Add(ref received, payload.Length);
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        await protocol.NextAsync();
        byte[] data = [0x10, .. Snappy.CompressToArray(Noise(length))];
        int together = Math.Max(1, 100_000 / length);
        long sent = 0;
        async Task PourAsync(int rounds)
        {
            for (long until = sent + (rounds * round); sent < until; sent += together * length)
            {
                byte[] frames = [.. Enumerable.Range(0, together).SelectMany(_ => peer.Seal(data))];
                Assert.True(await peer.Connection.WriteAsync(frames));
            }

            Assert.True(SpinWait.SpinUntil(() => Interlocked.Read(ref received) >= sent, TestHost.Deadline));
        }

        // The first round fills the pools.
        await PourAsync(1);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (int rounds in (int[])[1, 2])
        {
            await PourAsync(rounds);
            AssertBounded(before, bound + (ThreadPool.ThreadCount * kept));
        }
    }

    [Fact]
    public async Task Fifty_strangers_with_garbage_are_all_left_and_others_are_served()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, protocol);
        byte[] garbage = Noise(100_000);
        await Parallel.ForAsync(0, 50, async (i, cancellation) =>
        {
            using SocketConnection connection = await SocketConnection.ConnectAsync(host.Host.LocalEndPoint!);
            byte[] bytes = [.. garbage.AsSpan(i * 7)];
            (bytes[0], bytes[1]) = (i % 3) switch { 0 => (bytes[0], bytes[1]), 1 => ((byte)0x01, (byte)0x90), _ => ((byte)0x04, bytes[1]) };
            // It may be cut off while it sends, or after.
            await connection.WriteAsync(bytes);
            while (await connection.ReadAsync(new byte[16]).AsTask().WaitAsync(TestHost.Deadline, cancellation) > 0) Assert.Fail("a stranger was answered");
        });
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        await protocol.NextAsync();
        Assert.Single(host.Host.Peers);
    }

    [Fact]
    public async Task Pings_without_end_from_a_peer_that_never_listens_hold_no_more_than_the_bound()
    {
        TestProtocol protocol = new();
        await using TestHost host = await TestHost.StartAsync(TestKeys.A, new RlpxOptions { MaxQueuedBytes = 100_000 }, protocol);
        using RawPeer peer = await RawPeer.GreetAsync(host, TestKeys.B);
        TestHandler handler = await protocol.NextAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 50; i++)
        {
            byte[] pings = [.. Enumerable.Range(0, 1000).SelectMany(_ => peer.Seal([0x02, 0x01, 0x00, 0xc0]))];
            await peer.Connection.WriteAsync(pings);
        }

        await peer.SendAsync(0x10);
        await handler.NextAsync();
        AssertBounded(before, 4 << 20);
    }

    [Fact]
    public async Task An_announced_frame_takes_no_memory_before_its_bytes_are_there()
    {
        byte[] key = new byte[32];
        FrameCipher sealer = new(key, key, default);
        byte[] frame = new byte[FrameCipher.FrameSize(8 << 20)];
        sealer.Seal(frame, 8 << 20);
        List<int> held = [];
        FrameReader? reader = null;
        IEnumerable<byte[]> Pieces()
        {
            for (int at = 0; at < frame.Length; at += 50_000)
            {
                held.Add(reader!.BufferSize);
                yield return frame[at..Math.Min(at + 50_000, frame.Length)];
            }
        }

        using (reader = new FrameReader(new ScriptedConnection(Pieces()), new FrameCipher(key, key, default)))
        {
            (FrameStatus status, ReadOnlyMemory<byte> data) = await reader.ReadAsync(FrameCipher.MaxDataLength);
            Assert.Equal((FrameStatus.Ok, 8 << 20), (status, data.Length));
            for (int i = 0; i < held.Count; i++) Assert.InRange(held[i], FrameReader.RestingSize, Math.Max(FrameReader.RestingSize * 4, 4 * (i + 1) * 50_000));
            Assert.Equal(FrameStatus.End, (await reader.ReadAsync(FrameCipher.MaxDataLength)).Status);
            Assert.Equal(FrameReader.RestingSize, reader.BufferSize);
        }
    }

    private static void AssertBounded(long before, long bound) => Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, bound);

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
