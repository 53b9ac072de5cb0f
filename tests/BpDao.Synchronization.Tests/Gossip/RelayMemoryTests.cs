using BpDao.Consensus;
using BpDao.Core;
using Xunit;

namespace BpDao.Synchronization.Tests;

public sealed class RelayMemoryTests
{
    private static readonly byte[] Message = [1, 2, 3];
    private static readonly PeerId Self = Peer(0);

    private readonly RelayMemory _memory = new();

    [Theory]
    [InlineData(1, 3)]
    [InlineData(8, 3)]
    [InlineData(64, 6)]
    [InlineData(200, 8)]
    public void The_fan_out_is_about_log2_of_the_peers_and_at_least_three(int peers, int fanout) => Assert.Equal(fanout, RelayMemory.FanoutOf(peers));

    [Fact]
    public void Peers_that_have_left_are_not_remembered_without_bound()
    {
        for (int i = 0; i < 3 * RelayMemory.MaxPeers; i++)
        {
            PeerId peer = new(Keccak256.Hash([(byte)i, (byte)(i >> 8)]));
            _memory.Add(peer, Message);
            Assert.Empty(_memory.Choose([peer], Self, default, Message));
        }

        Assert.Equal(RelayMemory.MaxPeers, _memory.Count);
    }

    [Fact]
    public void A_message_goes_to_a_few_peers_never_back_and_never_twice()
    {
        PeerId[] peers = Peers(10);
        List<PeerId> told = [];
        for (int i = 0; i < 5; i++)
        {
            IReadOnlyList<PeerId> chosen = _memory.Choose(peers, Self, peers[3], Message);
            Assert.True(chosen.Count <= RelayMemory.FanoutOf(peers.Length));
            told.AddRange(chosen);
        }

        Assert.Equal(peers.Where(p => p != peers[3]).Order(ByValue), told.Order(ByValue));
    }

    [Fact]
    public void Who_sent_it_or_was_sent_it_is_passed_over()
    {
        PeerId[] peers = Peers(3);
        _memory.Add(peers[1], Message);
        Assert.Equal(new[] { peers[0], peers[2] }.Order(ByValue), _memory.Choose(peers, Self, default, Message).Order(ByValue));
        _memory.Forget(peers[1]);
        Assert.Equal([peers[1]], _memory.Choose(peers, Self, default, Message));
    }

    [Fact]
    public void The_oldest_message_is_forgotten_first()
    {
        PeerId[] peers = Peers(1);
        for (int i = 0; i <= RelayMemory.Capacity; i++) _memory.Add(peers[0], BitConverter.GetBytes(i));
        Assert.Empty(_memory.Choose(peers, Self, default, BitConverter.GetBytes(1)));
        Assert.Equal(peers, _memory.Choose(peers, Self, default, BitConverter.GetBytes(0)));
    }

    /// <summary>Everybody who gets a message passes it on once, as engines do.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(200)]
    public void What_one_node_relays_reaches_all_at_most_a_logarithm_of_times(int nodes)
    {
        PeerId[] all = Peers(nodes);
        Dictionary<PeerId, RelayMemory> memories = all.ToDictionary(p => p, _ => new RelayMemory());
        Dictionary<PeerId, int> copies = all.ToDictionary(p => p, _ => 0);
        Queue<(PeerId From, PeerId To)> wire = new([(default, all[0])]);
        HashSet<PeerId> reached = [];
        while (wire.TryDequeue(out (PeerId From, PeerId To) hop))
        {
            copies[hop.To]++;
            memories[hop.To].Add(hop.From, Message);
            if (!reached.Add(hop.To)) continue;
            foreach (PeerId next in memories[hop.To].Choose([.. all.Where(p => p != hop.To)], hop.To, hop.From, Message)) wire.Enqueue((hop.To, next));
        }

        Assert.True(reached.Count >= nodes * 95 / 100, $"{reached.Count} of {nodes}");
        Assert.True(copies.Values.Average() <= RelayMemory.FanoutOf(nodes) + 1);
    }

    private static readonly IComparer<PeerId> ByValue = Comparer<PeerId>.Create((a, b) => a.Value.CompareTo(b.Value));

    private static PeerId[] Peers(int count) => [.. Enumerable.Range(1, count).Select(Peer)];

    private static PeerId Peer(int number) => new(Keccak256.Hash(BitConverter.GetBytes(number)));
}
