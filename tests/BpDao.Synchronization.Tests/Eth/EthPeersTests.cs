using BpDao.Core;
using BpDao.Network;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Synchronization.Tests;

public sealed class EthPeersTests
{
    [Fact]
    public void Those_that_come_at_one_moment_are_all_there_afterwards()
    {
        using TestChain chain = new();
        EthStatus status = EthNode.ServiceOf(chain, new EthOptions(), TimeProvider.System).OwnStatus();
        EthPeer[] joining = [.. Enumerable.Range(0, 8).Select(i => new EthPeer(new TestPeer($"peer {i}", new Capability("eth", 69)), 69, status, new EthOptions(), TimeProvider.System))];
        for (int round = 0; round < 500; round++)
        {
            EthPeers peers = new();
            Parallel.ForEach(joining, new ParallelOptions { MaxDegreeOfParallelism = joining.Length }, peers.Add);
            Assert.Equal(joining.Select(p => p.Peer.Id).Order(), peers.All.Select(p => p.Peer.Id));
        }
    }
}
