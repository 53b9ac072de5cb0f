using System.Buffers.Binary;
using BpDao.State.Download;

namespace BpDao.Synchronization.Snap;

/// <summary>What a download has written and what was served since the node started, for logs and metrics. Thread-safe.</summary>
public sealed class SnapCounters
{
    private long _accounts, _slots, _codes, _nodes, _share, _served, _servedBytes;

    public long Accounts => Interlocked.Read(ref _accounts);

    public long Slots => Interlocked.Read(ref _slots);

    public long Codes => Interlocked.Read(ref _codes);

    /// <summary>Trie nodes that were asked for because the pivot had changed.</summary>
    public long HealedNodes => Interlocked.Read(ref _nodes);

    /// <summary>Of the accounts, how many in a thousand are there, as their hashes are spread.</summary>
    public int PerMille => (int)Interlocked.Read(ref _share);

    /// <summary>Answers to peers.</summary>
    public long Served => Interlocked.Read(ref _served);

    public long ServedBytes => Interlocked.Read(ref _servedBytes);

    internal void AddServed(int bytes)
    {
        Interlocked.Increment(ref _served);
        Interlocked.Add(ref _servedBytes, bytes);
    }

    internal void Add(IReadOnlyList<FetchedAccount> accounts)
    {
        Interlocked.Add(ref _accounts, accounts.Count);
        long slots = 0;
        foreach (FetchedAccount account in accounts) slots += account.Slots.Length;
        Interlocked.Add(ref _slots, slots);
    }

    internal void AddCodes(int count) => Interlocked.Add(ref _codes, count);

    internal void AddNodes(int count) => Interlocked.Add(ref _nodes, count);

    internal void SetShare(IReadOnlyList<Stretch> stretches)
    {
        ulong open = 0;
        foreach (Stretch stretch in stretches)
        {
            if (stretch.Next is { } next && next <= stretch.Last) open += (Head(stretch.Last) - Head(next)) / 1000;
        }

        Interlocked.Exchange(ref _share, 1000 - (long)(open / (ulong.MaxValue / 1_000_000)));
    }

    private static ulong Head(in Core.Hash256 hash) => BinaryPrimitives.ReadUInt64BigEndian(hash.Bytes);
}
