using System.Net;
using BpDao.Core;
using BpDao.Crypto;

namespace BpDao.Network;

/// <summary>What discv4 says to do with each packet, and how to ask. Not thread-safe: its owner holds a lock.</summary>
internal sealed class DiscoveryNode(PrivateKey key, LocalRecord record, DiscoveryOptions options, IDatagramSocket socket, TimeProvider time)
{
    /// <summary>Unanswered requests in a row after which a node leaves the table: one may be lost on the way.</summary>
    private const int MaxFailures = 3;

    /// <summary>Discovery on a system port would be another service's, made to answer us.</summary>
    private const int LowestPort = 1024;

    private readonly EndpointProofs _proofs = new(options.ProofLifetime, time);

    public PublicKey PublicKey { get; } = key.PublicKey;

    public KademliaTable Table { get; } = new(record.Current.Id, time);

    public DiscoveryRequests Requests { get; } = new(key, socket, options, time);

    public long Handled { get; private set; }

    public long Expired { get; private set; }

    public long Unproved { get; private set; }

    public long Unsolicited { get; private set; }

    public long Sent => Requests.Sent;

    public void Handle(SignedPacket packet, IPEndPoint from)
    {
        if (packet.Packet.Expiration < (ulong)time.GetUtcNow().ToUnixTimeSeconds())
        {
            Expired++;
            return;
        }

        Handled++;
        switch (packet.Packet)
        {
            case PingPacket ping:
                OnPing(packet, ping, from);
                break;
            case FindNodePacket find when IsProved(packet, from):
                OnFindNode(packet.SenderId, find, from);
                break;
            case EnrRequestPacket when IsProved(packet, from):
                Requests.Send(new EnrResponsePacket(packet.Hash, record.Current.Encoded.ToArray()), from);
                break;
            case PongPacket or NeighborsPacket or EnrResponsePacket:
                if (!Requests.Answer(packet, from)) Unsolicited++;
                break;
        }
    }

    /// <summary>Makes sure that both sides know where the other is, so that it answers questions.</summary>
    /// <param name="done">True when it may be asked; possibly at once.</param>
    public void Bond(NodeContact node, Action<bool> done)
    {
        if (_proofs.MayBeAsked(node.Id, node.Udp)) done(true);
        else if (Requests.IsPending(node, PacketType.Pong)) Requests.Await(node, PacketType.Pong, AfterPing);
        else Ping(node, _ => AfterPing());

        void AfterPing()
        {
            if (!_proofs.MayBeAnswered(node.Id, node.Udp)) done(false);
            else if (_proofs.MayBeAsked(node.Id, node.Udp)) done(true);
            else Requests.Await(node, PacketType.Ping, () => done(true)); // It has a proof of us already, or pings us now.
        }
    }

    /// <summary>Asks a node for neighbours of a key, after bonding. The answer is null when there is none.</summary>
    public void Ask(NodeContact node, PublicKey target, Action<IReadOnlyList<NodeContact>?> done) => Bond(node, bonded =>
    {
        if (bonded) FindNode(node, target, done);
        else done(null);
    });

    /// <summary>Pings a node of the table; it leaves when it stays silent.</summary>
    public void Revalidate(TableNode node)
    {
        if (!Requests.IsPending(node.Contact, PacketType.Pong)) Ping(node.Contact, _ => { });
    }

    private void OnPing(SignedPacket packet, PingPacket ping, IPEndPoint from)
    {
        if (from.Port < LowestPort || !NetworkAddress.IsHost(from.Address)) return;
        Requests.Send(new PongPacket(new PacketEndpoint(from.Address, from.Port, 0), packet.Hash, Requests.Expiration, record.Current.Sequence), from);
        _proofs.Pinged(packet.SenderId, from);
        Requests.Answer(packet, from);

        NodeContact contact = new(packet.Sender, from, ping.From.TcpPort);
        if (_proofs.MayBeAnswered(contact.Id, from)) Seen(contact, ping.Sequence);
        else if (Requests.Count < DiscoveryRequests.Capacity / 2 && !Requests.IsPending(contact, PacketType.Pong)) Ping(contact, _ => { }); // Half is for our own questions.
    }

    private void OnFindNode(Hash256 asker, FindNodePacket find, IPEndPoint from)
    {
        NodeContact[] nodes = [.. Table.Closest(Keccak256.Hash(find.Target.Bytes), KademliaTable.BucketSize + 1)
            .Where(n => n.Id != asker && (!NetworkAddress.IsLocal(n.Udp.Address) || NetworkAddress.IsLocal(from.Address)))
            .Take(KademliaTable.BucketSize)];
        ulong expiration = Requests.Expiration;
        foreach (NodeContact[] part in nodes.Length == 0 ? [[]] : nodes.Chunk(NeighborsPacket.MaxNodes)) Requests.Send(new NeighborsPacket(part, expiration), from);
    }

    private void Ping(NodeContact node, Action<PongPacket?> done)
    {
        NodeRecord own = record.Current;
        PacketEndpoint self = new(own.Address ?? own.Address6, own.UdpPort ?? own.UdpPort6 ?? 0, own.TcpPort ?? own.TcpPort6 ?? 0);
        PingPacket ping = new(self, new PacketEndpoint(node.Udp.Address, node.Udp.Port, 0), Requests.Expiration, own.Sequence);
        Requests.Ask(ping, node, PacketType.Pong, (hash, answer) => answer is PongPacket pong && pong.PingHash == hash ? pong : null, pong =>
        {
            if (pong is null)
            {
                Failed(node);
            }
            else
            {
                _proofs.Answered(node.Id, node.Udp);
                Seen(node, pong.Sequence);
            }

            done(pong);
        });
    }

    private void FindNode(NodeContact node, PublicKey target, Action<IReadOnlyList<NodeContact>?> done)
    {
        List<NodeContact> found = [];
        bool answered = false;
        Requests.Ask(new FindNodePacket(target, Requests.Expiration), node, PacketType.Neighbors, Collect, OnDone, () => answered ? found : null);

        // An answer may come in several packets, and only 16 nodes tell that it is whole.
        List<NodeContact>? Collect(Hash256 hash, DiscoveryPacket packet)
        {
            answered = true;
            foreach (NodeContact neighbor in ((NeighborsPacket)packet).Nodes)
            {
                bool isUsable = neighbor.Udp.Port >= LowestPort && NetworkAddress.IsBelievable(neighbor.Udp.Address, node.Udp.Address);
                if (isUsable && found.Count < KademliaTable.BucketSize) found.Add(neighbor);
            }

            return found.Count == KademliaTable.BucketSize ? found : null;
        }

        void OnDone(List<NodeContact>? neighbors)
        {
            if (neighbors is null)
            {
                _proofs.Doubt(node.Id, node.Udp);
                Failed(node);
            }
            else if (Table.Find(node.Id) is { } known)
            {
                known.Failures = 0;
            }

            done(neighbors);
        }
    }

    /// <summary>A node has proved again that it is there. Its record is asked for when it has a newer one.</summary>
    private void Seen(NodeContact contact, ulong? sequence)
    {
        TableNode? node = Table.Seen(contact.TcpPort == 0 && Table.Find(contact.Id) is { } known ? contact with { TcpPort = known.Contact.TcpPort } : contact);
        if (node is null)
        {
            if (Table.OldestOfFullBucket(contact.Id) is { } oldest && oldest.Contact.Id != contact.Id) RevalidateIfOld(oldest);
            return;
        }

        if (sequence is { } newest && newest > (node.Record?.Sequence ?? 0)) RequestRecord(node);
    }

    private void RevalidateIfOld(TableNode oldest)
    {
        if (time.GetElapsedTime(oldest.SeenAt) > options.RevalidationInterval) Revalidate(oldest);
    }

    private void RequestRecord(TableNode node)
    {
        NodeContact contact = node.Contact;
        if (!_proofs.MayBeAsked(contact.Id, contact.Udp) || Requests.IsPending(contact, PacketType.EnrResponse)) return;
        Requests.Ask(new EnrRequestPacket(Requests.Expiration), contact, PacketType.EnrResponse, (hash, answer) =>
            answer is EnrResponsePacket response && response.RequestHash == hash && NodeRecord.TryDecode(response.Record.Span, out NodeRecord? read)
                && read.Id == contact.Id ? read : null, newest =>
        {
            if (newest is null || newest.Sequence < (node.Record?.Sequence ?? 0)) return;
            node.Record = newest;
            if (newest.TcpPort is { } tcp) node.Contact = node.Contact with { TcpPort = tcp };
        });
    }

    private void Failed(NodeContact contact)
    {
        if (Table.Find(contact.Id) is { } node && node.Contact.Udp.Equals(contact.Udp) && ++node.Failures >= MaxFailures) Table.Remove(contact.Id);
    }

    private bool IsProved(SignedPacket packet, IPEndPoint from)
    {
        if (_proofs.MayBeAnswered(packet.SenderId, from)) return true;
        Unproved++;
        return false;
    }
}
