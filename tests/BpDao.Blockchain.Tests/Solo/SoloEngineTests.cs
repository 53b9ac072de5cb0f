using BpDao.Consensus;
using BpDao.Consensus.Solo;
using BpDao.Core;
using BpDao.Specs;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class SoloEngineTests
{
    private static SoloEngine EngineOf(TestChain chain, ISigner? signer) => SoloPlugin.CreateSoloEngine(chain.Spec, new EngineContext(
        chain.Tree, chain.Contracts, chain.Producer, chain.Importer, new NoPeers(), new NoSafety(), chain.Records, signer, chain.Time,
        NullLoggerFactory.Instance));

    private static ChainSpec WithParameters(string parameters) => new ChainSpecBuilder().WithEngine("solo", parameters).Done();

    [Fact]
    public async Task Seals_on_request_at_the_clocks_time()
    {
        using TestChain chain = new();
        await using SoloEngine engine = EngineOf(chain, new ProducerSigner());
        chain.Pool.Submit(Build.Transaction().Signed());
        chain.Time.Advance(TimeSpan.FromSeconds(9));

        Block first = engine.Seal(CancellationToken.None), second = engine.Seal(CancellationToken.None);
        Assert.Single(first.Transactions);
        Assert.Equal(ChainSpecBuilder.GenesisTime + 9, first.Header.Timestamp);
        Assert.Equal(first.Header.Timestamp + 1, second.Header.Timestamp);
        Assert.NotEqual(first.Header.MixHash, second.Header.MixHash);
        Assert.Equal(second.Hash, chain.Head.Hash);
    }

    [Fact]
    public async Task Seals_at_intervals()
    {
        using TestChain chain = new(WithParameters($$"""{ "producer": "{{ChainSpecBuilder.Producer}}", "blockTime": 3 }"""));
        await using SoloEngine engine = EngineOf(chain, new ProducerSigner());
        using CancellationTokenSource stop = new();
        using SemaphoreSlim sealed_ = new(0);
        chain.Importer.Committed += _ => sealed_.Release();
        Task run = engine.RunAsync(stop.Token);
        for (ulong number = 1; number <= 3; number++)
        {
            chain.Time.Advance(TimeSpan.FromSeconds(3));
            Assert.True(await sealed_.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(number, chain.Head.Number);
            Assert.Equal(ChainSpecBuilder.GenesisTime + (3 * number), chain.Head.Timestamp);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Only_the_producer_seals()
    {
        using TestChain chain = new();
        await using SoloEngine engine = EngineOf(chain, null);
        Assert.Throws<InvalidOperationException>(() => engine.Seal(CancellationToken.None));
    }

    [Theory]
    [InlineData("""{ "blockTime": 1 }""", "engine.solo.producer: missing")]
    [InlineData("""{ "producer": "0x12" }""", "engine.solo.producer: '\"0x12\"' is not an address")]
    [InlineData("""{ "producer": "0x0000000000000000000000000000000000000001", "color": 1 }""", "engine.solo.color: unknown key")]
    public void Its_parameters_are_checked(string parameters, string error) =>
        Assert.Equal(error, new SoloPlugin().CheckParameters(WithParameters(parameters)));

    private sealed class ProducerSigner : ISigner
    {
        public Address Address => ChainSpecBuilder.Producer;

        public byte[] Sign(Hash256 digest) => throw new NotSupportedException();

        public Hash256 DeriveSecret(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> suffix) => throw new NotSupportedException();
    }

    private sealed class NoPeers : IConsensusTransport
    {
        public event Action<PeerId, ReadOnlyMemory<byte>> Received { add { } remove { } }

        public event Action<PeerId> PeerConnected { add { } remove { } }

        public IReadOnlyCollection<PeerId> Peers => [];

        public void Broadcast(ReadOnlyMemory<byte> message) => throw new NotSupportedException();

        public void Send(PeerId peer, ReadOnlyMemory<byte> message) => throw new NotSupportedException();

        public void Relay(PeerId from, ReadOnlyMemory<byte> message) => throw new NotSupportedException();
    }

    private sealed class NoSafety : ISafetyStore
    {
        public byte[]? Read(ReadOnlySpan<byte> key, out bool damaged) => throw new NotSupportedException();

        public void Write(IReadOnlyList<KeyValuePair<byte[], byte[]?>> records) => throw new NotSupportedException();
    }
}
