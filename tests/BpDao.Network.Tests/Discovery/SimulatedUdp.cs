using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace BpDao.Network.Tests.Discovery;

/// <summary>UDP between nodes of a test: in order, on the test's own thread, in its own time; seeded loss.</summary>
internal sealed class SimulatedUdp(FakeTimeProvider time, int lossPercent = 0, int seed = 1)
{
    private readonly Dictionary<IPEndPoint, SimulatedSocket> _sockets = [];
    private readonly Queue<(byte[] Datagram, IPEndPoint From, IPEndPoint To)> _onTheWay = new();
    private readonly Random _random = new(seed);

    public FakeTimeProvider Time => time;

    /// <summary>What was sent to each place, there or not.</summary>
    public Dictionary<IPEndPoint, (int Packets, long Bytes)> SentTo { get; } = [];

    public IDatagramSocket Open(string endPoint) => Open(IPEndPoint.Parse(endPoint));

    public IDatagramSocket Open(IPEndPoint endPoint) => _sockets[endPoint] = new SimulatedSocket(this, endPoint);

    /// <summary>A datagram with any sender's address on it.</summary>
    public void Inject(ReadOnlySpan<byte> datagram, IPEndPoint from, IPEndPoint to) => _onTheWay.Enqueue((datagram.ToArray(), from, to));

    /// <summary>Delivers until nothing is on the way.</summary>
    public void Deliver()
    {
        while (_onTheWay.TryDequeue(out (byte[] Datagram, IPEndPoint From, IPEndPoint To) next))
        {
            (int packets, long bytes) = SentTo.GetValueOrDefault(next.To);
            SentTo[next.To] = (packets + 1, bytes + next.Datagram.Length);
            if (_random.Next(100) >= lossPercent && _sockets.TryGetValue(next.To, out SimulatedSocket? socket)) socket.Handler?.Invoke(next.Datagram, next.From);
        }
    }

    /// <summary>Delivers and lets time pass in turns.</summary>
    public void Run(TimeSpan span)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(100);
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += step)
        {
            Deliver();
            time.Advance(step);
        }

        Deliver();
    }

    private sealed class SimulatedSocket(SimulatedUdp network, IPEndPoint endPoint) : IDatagramSocket
    {
        public DatagramHandler? Handler { get; private set; }

        public IPEndPoint LocalEndPoint => endPoint;

        public void Start(DatagramHandler handler) => Handler = handler;

        public void Send(ReadOnlySpan<byte> datagram, IPEndPoint to) => network.Inject(datagram, endPoint, to);

        public void Dispose()
        {
            Handler = null;
            network._sockets.Remove(endPoint);
        }
    }
}
