using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Consensus.Por.Tests.Support;

/// <summary>Members, digests and blocks for tests of the state machine.</summary>
internal static class TestBench
{
    public static SigningDomain Domain { get; } = SigningDomain.Of(24422, Keccak256.Hash("test genesis"u8));

    public static CertificateVerifier Verifier { get; } = new(Domain, FakeScheme.Instance);

    public static Hash256 GenesisHash { get; } = Keccak256.Hash("block 0"u8);

    // Made once: simulations sign millions of messages.
    private static readonly Address[] Keys = [.. Enumerable.Range(0, 256).Select(slot => MakeKey((uint)slot))];
    private static readonly PeerId[] Peers = [.. Enumerable.Range(0, 256).Select(slot => MakePeer((uint)slot))];

    public static Address KeyOf(uint slot) => slot < Keys.Length ? Keys[slot] : MakeKey(slot);

    public static FakeSigner SignerOf(uint slot) => new(KeyOf(slot));

    public static PeerId PeerOf(uint slot) => slot < Peers.Length ? Peers[slot] : MakePeer(slot);

    /// <summary>Weights by slot; a slot of weight 0 is empty.</summary>
    public static Bench Of(ulong epoch, params ulong[] weights)
    {
        BenchMember[] members = [.. weights.Select((w, i) => new BenchMember((uint)i, KeyOf((uint)i), KeyOf((uint)i).ToArray(), w)).Where(m => !m.Weight.IsZero)];
        return Bench.TryCreate(epoch, members, out Bench? bench) ? bench : throw new ArgumentException("No bench.", nameof(weights));
    }

    public static Bench Equal(int count) => Of(0, [.. Enumerable.Repeat(1UL, count)]);

    public static Block Block(ulong height, Hash256 parent, uint round, uint producer, int variant = 0) => new(
        new BlockHeader
        {
            Number = height,
            ParentHash = parent,
            Timestamp = height,
            GasUsed = (ulong)variant,
            ExtraData = new PorExtraData(0, round, 1, producer).Encode(),
        },
        BlockBody.Empty);

    public static HeightContext Context(
        ulong height, Hash256 parent, Bench bench, Func<uint, uint>? leader = null, CommittedParent? committed = null, bool isRecent = true) => new()
        {
            Height = height,
            Epoch = bench.Epoch,
            ParentHash = parent,
            Bench = bench,
            Leaders = new Schedule(leader ?? (r => (uint)((height + r) % (ulong)bench.Members.Count))),
            Timers = new TimerTable(1000, 15_000, 8),
            LateWindow = 4,
            Parent = committed,
            IsRecent = isRecent,
        };

    // ---- messages as another voter signs them

    public static Vote Vote(MessageKind kind, ulong height, uint round, Hash256 hash, uint slot, ulong epoch = 0) => new(
        kind, epoch, height, round, hash, slot, FakeScheme.Sign(KeyOf(slot), Domain.Vote(kind, epoch, height, round, hash)));

    public static Proposal Proposal(ulong height, uint round, Block block, TimeoutCertificate? tc, uint slot, ulong epoch = 0) => new(
        epoch, height, round, block, tc, FakeScheme.Sign(KeyOf(slot), Domain.Proposal(epoch, height, round, block.Hash, tc?.Digest ?? Hash256.Zero)));

    public static TimeoutMessage Timeout(ulong height, uint round, uint slot, BlockCertificate? qc = null, ulong epoch = 0)
    {
        uint claimed = qc is null ? 0 : qc.Round + 1;
        Hash256 hash = qc?.BlockHash ?? Hash256.Zero;
        byte[] signature = FakeScheme.Sign(KeyOf(slot), Domain.Timeout(epoch, height, round, claimed, hash));
        return new TimeoutMessage(epoch, height, round, claimed, hash, qc?.Certificate, slot, signature);
    }

    public static BlockCertificate Certificate(MessageKind kind, ulong height, uint round, Hash256 hash, params uint[] slots) => new(
        kind, 0, height, hash,
        new Certificate(round, SlotBitmap.Of(slots), FakeScheme.Instance.Join([.. slots.Order().Select(s => Vote(kind, height, round, hash, s).Signature)])));

    public static TimeoutCertificate TimeoutCertificate(ulong height, uint round, params TimeoutMessage[] timeouts)
    {
        TimeoutGroup[] groups = [.. timeouts.GroupBy(t => (t.HqcRoundPlusOne, t.HqcBlockHash)).OrderBy(g => g.Key.HqcRoundPlusOne).ThenBy(g => g.Key.HqcBlockHash)
            .Select(g => new TimeoutGroup(
                g.Key.HqcRoundPlusOne, g.Key.HqcBlockHash, SlotBitmap.Of(g.Select(t => t.Slot)),
                FakeScheme.Instance.Join([.. g.OrderBy(t => t.Slot).Select(t => t.Signature)])))];
        return new TimeoutCertificate(round, groups, timeouts.MaxBy(t => t.HqcRoundPlusOne)!.HighQc);
    }

    private static Address MakeKey(uint slot) => new(Keccak256.Hash([(byte)'k', (byte)(slot >> 8), (byte)slot]).Bytes[12..]);

    private static PeerId MakePeer(uint slot) => new(Keccak256.Hash([(byte)'p', (byte)(slot >> 8), (byte)slot]));

    private sealed class Schedule(Func<uint, uint> leader) : ILeaderSchedule
    {
        public uint LeaderOf(uint round) => leader(round);
    }
}
