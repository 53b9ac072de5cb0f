using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>What was asked and is not answered yet. An answer counts only from the node and the endpoint that were asked. Not thread-safe.</summary>
internal sealed class DiscoveryRequests(PrivateKey key, IDatagramSocket socket, DiscoveryOptions options, TimeProvider time)
{
    /// <summary>Requests under way; more fail at once.</summary>
    public const int Capacity = 512;

    /// <summary>Packets sent now are void after so long.</summary>
    private static readonly TimeSpan PacketLifetime = TimeSpan.FromSeconds(20);

    private readonly Dictionary<Question, Pending> _pending = [];

    public long Sent { get; private set; }

    /// <summary>Requests under way.</summary>
    public int Count => _pending.Count;

    /// <summary>The expiration of a packet that is sent now.</summary>
    public ulong Expiration => (ulong)(time.GetUtcNow() + PacketLifetime).ToUnixTimeSeconds();

    public Hash256 Send(DiscoveryPacket packet, IPEndPoint to)
    {
        byte[] bytes = PacketCodec.Encode(packet, key, out Hash256 hash);
        Sent++;
        socket.Send(bytes, to);
        return hash;
    }

    /// <summary>Whether an answer of this type is awaited from there.</summary>
    public bool IsPending(NodeContact node, PacketType answer) => _pending.ContainsKey(new Question(node.Id, node.Udp, answer));

    /// <summary>Sends a packet and waits for the answer.</summary>
    /// <param name="accept">Told of each packet of that type: null while it is not (all of) the answer. Gets the hash of the packet sent.</param>
    /// <param name="done">Called once: with the answer, or null when there is none. At once when the same is under way or too much is.</param>
    public void Ask<T>(DiscoveryPacket question, NodeContact node, PacketType answer, Func<Hash256, DiscoveryPacket, T?> accept, Action<T?> done, Func<T?>? onTimeout = null)
        where T : class
    {
        Question asked = new(node.Id, node.Udp, answer);
        if (_pending.Count >= Capacity || _pending.ContainsKey(asked))
        {
            done(null);
            return;
        }

        Hash256 hash = Send(question, node.Udp);
        _pending[asked] = new Pending(time.GetTimestamp(), Offer, () => done(onTimeout?.Invoke()));

        void Offer(DiscoveryPacket packet)
        {
            if (accept(hash, packet) is not { } accepted) return;
            _pending.Remove(asked, out Pending? pending);
            done(accepted);
            pending?.Also?.Invoke();
        }
    }

    /// <summary>Calls back when the answer to a question under way, or a packet of that type unasked, came or did not come in time.</summary>
    public void Await(NodeContact node, PacketType type, Action done)
    {
        Question awaited = new(node.Id, node.Udp, type);
        if (_pending.TryGetValue(awaited, out Pending? pending)) pending.Also += done;
        else if (_pending.Count >= Capacity) done();
        else _pending[awaited] = new Pending(time.GetTimestamp(), _ => Came(awaited), static () => { }) { Also = done };
    }

    /// <summary>Offers a packet to whoever waits for it; false when nobody does.</summary>
    public bool Answer(SignedPacket packet, IPEndPoint from)
    {
        if (!_pending.TryGetValue(new Question(packet.SenderId, from, packet.Packet.Type), out Pending? pending)) return false;
        pending.Offer(packet.Packet);
        return true;
    }

    /// <summary>Gives up what has waited too long.</summary>
    public void Expire()
    {
        if (_pending.Count == 0) return;
        foreach ((Question question, Pending pending) in _pending.ToArray())
        {
            if (time.GetElapsedTime(pending.Since) < options.ReplyTimeout || !_pending.Remove(question)) continue;
            pending.GiveUp();
            pending.Also?.Invoke();
        }
    }

    private void Came(Question awaited)
    {
        if (_pending.Remove(awaited, out Pending? pending)) pending.Also?.Invoke();
    }

    private readonly record struct Question(Hash256 Node, IPEndPoint EndPoint, PacketType Answer);

    private sealed class Pending(long since, Action<DiscoveryPacket> offer, Action giveUp)
    {
        public long Since => since;

        /// <summary>Looks whether a packet is the answer, and ends the waiting if it is.</summary>
        public Action<DiscoveryPacket> Offer => offer;

        public Action GiveUp => giveUp;

        /// <summary>Told when it is over, in either way.</summary>
        public Action? Also { get; set; }
    }
}
