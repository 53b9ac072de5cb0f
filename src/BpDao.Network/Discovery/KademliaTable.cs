using System.Net;
using System.Numerics;
using BpDao.Core;

namespace BpDao.Network;

/// <summary>Nodes by the distance of their ids from ours: in each bucket at most 16 whose distance has the same highest bit, so the near ones are known best.
/// Whoever has many keys or many addresses gets no more than his share of it. Not thread-safe.</summary>
internal sealed class KademliaTable(Hash256 self, TimeProvider time)
{
    /// <summary>k: nodes in a bucket, and nodes in an answer.</summary>
    public const int BucketSize = 16;

    /// <summary>Nodes that wait for a place in a bucket.</summary>
    public const int Replacements = 10;

    /// <summary>Nodes of one /24 in a bucket and in the table; local networks are exempt.</summary>
    public const int MaxOfSubnetInBucket = 2, MaxOfSubnet = 10;

    private readonly Bucket?[] _buckets = new Bucket?[257];

    public int Count { get; private set; }

    public IEnumerable<TableNode> Nodes => _buckets.OfType<Bucket>().SelectMany(b => b.Nodes);

    /// <summary>Bits from the highest in which two ids differ to the lowest; 0 for equal ids, 256 for half of all.</summary>
    public static int Distance(in Hash256 a, in Hash256 b)
    {
        for (int i = 0; i < Hash256.Size; i++)
        {
            int differing = a.Bytes[i] ^ b.Bytes[i];
            if (differing != 0) return (8 * (Hash256.Size - i)) - BitOperations.LeadingZeroCount((uint)differing) + 24;
        }

        return 0;
    }

    /// <summary>Which of two ids is closer to a third: negative for the first.</summary>
    public static int CompareDistance(in Hash256 target, in Hash256 a, in Hash256 b)
    {
        for (int i = 0; i < Hash256.Size; i++)
        {
            int order = (a.Bytes[i] ^ target.Bytes[i]).CompareTo(b.Bytes[i] ^ target.Bytes[i]);
            if (order != 0) return order;
        }

        return 0;
    }

    public TableNode? Find(in Hash256 id)
    {
        foreach (TableNode node in _buckets[Distance(self, id)]?.Nodes ?? [])
        {
            if (node.Contact.Id == id) return node;
        }

        return null;
    }

    /// <summary>A node has just answered from where it says it is. It is in the table afterwards, or among the replacements of a full bucket, or nowhere when
    /// its neighbourhood has had its share.</summary>
    /// <returns>Its place in the table; null without one.</returns>
    public TableNode? Seen(NodeContact contact)
    {
        if (contact.Id == self) return null;
        int distance = Distance(self, contact.Id);
        Bucket bucket = _buckets[distance] ??= new Bucket();
        if (bucket.Nodes.Find(n => n.Contact.Id == contact.Id) is { } known)
        {
            // A node that moves must fit where it comes to.
            if (!known.Contact.Udp.Address.Equals(contact.Udp.Address) && !HasRoom(bucket, contact.Udp.Address)) return known;
            known.Contact = contact;
            known.SeenAt = time.GetTimestamp();
            known.Failures = 0;
            bucket.Nodes.Remove(known);
            bucket.Nodes.Add(known);
            return known;
        }

        bucket.Waiting.RemoveAll(n => n.Contact.Id == contact.Id);
        if (!HasRoom(bucket, contact.Udp.Address)) return null;
        TableNode node = new(contact, time.GetTimestamp());
        if (bucket.Nodes.Count < BucketSize)
        {
            bucket.Nodes.Add(node);
            Count++;
            return node;
        }

        if (bucket.Waiting.Count == Replacements) bucket.Waiting.RemoveAt(0);
        bucket.Waiting.Add(node);
        return null;
    }

    /// <summary>A node that does not answer any more; the newest of those who wait takes its place.</summary>
    public void Remove(in Hash256 id)
    {
        Hash256 wanted = id;
        Bucket? bucket = _buckets[Distance(self, id)];
        if (bucket is null || bucket.Nodes.RemoveAll(n => n.Contact.Id == wanted) == 0) return;
        Count--;
        for (int i = bucket.Waiting.Count - 1; i >= 0; i--)
        {
            TableNode next = bucket.Waiting[i];
            bucket.Waiting.RemoveAt(i);
            if (!HasRoom(bucket, next.Contact.Udp.Address)) continue;
            bucket.Nodes.Add(next);
            Count++;
            return;
        }
    }

    /// <summary>At most so many nodes, nearest first.</summary>
    public List<NodeContact> Closest(Hash256 target, int count)
    {
        List<NodeContact> all = [.. Nodes.Select(n => n.Contact)];
        all.Sort((a, b) => CompareDistance(target, a.Id, b.Id));
        if (all.Count > count) all.RemoveRange(count, all.Count - count);
        return all;
    }

    /// <summary>The node that was heard of longest ago in a bucket chosen at random; null when the table is empty.</summary>
    public TableNode? OldestOfRandomBucket()
    {
        Bucket[] filled = [.. _buckets.OfType<Bucket>().Where(b => b.Nodes.Count > 0)];
        return filled.Length == 0 ? null : filled[Random.Shared.Next(filled.Length)].Nodes.MinBy(n => n.SeenAt);
    }

    /// <summary>The node that was heard of longest ago in the bucket where <paramref name="id"/> belongs; null while that has places free.</summary>
    public TableNode? OldestOfFullBucket(in Hash256 id) =>
        _buckets[Distance(self, id)] is { Nodes.Count: BucketSize } bucket ? bucket.Nodes.MinBy(n => n.SeenAt) : null;

    private bool HasRoom(Bucket bucket, IPAddress address)
    {
        if (NetworkAddress.IsLocal(address)) return true;
        UInt128 subnet = NetworkAddress.Subnet(address);
        return OfSubnet(bucket.Nodes, subnet) < MaxOfSubnetInBucket && OfSubnet(Nodes, subnet) < MaxOfSubnet;
    }

    private static int OfSubnet(IEnumerable<TableNode> nodes, UInt128 subnet) => nodes.Count(n => NetworkAddress.Subnet(n.Contact.Udp.Address) == subnet);

    /// <summary>Nodes that were heard of last stand at the end.</summary>
    private sealed class Bucket
    {
        public List<TableNode> Nodes { get; } = [];

        public List<TableNode> Waiting { get; } = [];
    }
}
