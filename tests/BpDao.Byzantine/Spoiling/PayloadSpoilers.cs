using BpDao.Consensus;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;

namespace BpDao.Byzantine.Spoiling;

/// <summary>The payload of transaction 0 holds something that its signatures, or the contracts, do not bear out.</summary>
internal static class PayloadSpoilers
{
    public static IReadOnlyList<Spoiler> All { get; } =
    [
        Payload("bad-parent-certificate", BlockError.InvalidParentCertificate,
            (p, _) => p.ParentCertificate is { } c ? p with { ParentCertificate = Forged(c) } : null),
        Payload("bad-timeout-certificate", BlockError.InvalidTimeoutCertificate, (p, _) => p.Timeout is { } tc ? p with { Timeout = Forged(tc) } : null),
        Payload("bad-reveal", BlockError.InvalidReveal, (p, _) => p with { Reveal = Workshop.Other(p.Reveal) }),
        Payload("bad-epoch-record", BlockError.InvalidEpochRecord, (p, b) => p with { EpochRecord = p.EpochRecord is null ? Alone(b) : null }),
        Item("forged-against", (p, b) => p with { Against = [new CarriedVote(b.Number - 1, MessageKind.Vote1Against, Nobodys(0))] }),
        Item("forged-late-vote", (p, b) => b.Number < 3 ? null : p with { Late = [new CarriedVote(b.Number - 2, MessageKind.Vote2, Nobodys(0))] }),
        Item("forged-rejection", (p, b) => p with { Rejections = [RejectionOf(b)] }),
        Item("forged-evidence", (p, b) => p with { Evidence = [EvidenceAgainst(b)] }),
        Item("forged-salt-commit", (p, b) => p with { SaltCommits = [new SaltCommitItem(Own(b), b.Header.ParentHash, Workshop.NobodysSignature())] }),
        Item("forged-ready", (p, b) => p with { Ready = [new ReadyItem(Own(b), Workshop.NobodysSignature())] }),
        new("stuffed-payload", BlockError.SystemTransactionFailed, Outcome.Convicted, (block, _) => block) { Stuff = Stuffed },
    ];

    // As many salts as a payload may hold, each signed and of no use: the contract looks at every one, which takes more gas than transaction 0 has
    // where the system gas limit is low.
    private static BlockPayload Stuffed(BlockPayload payload, PorExtraData own, Voice voice)
    {
        Hash256[] salts = [.. Enumerable.Range(0, PayloadLimits.Salts).Select(i => Keccak256.Hash([(byte)i]))];
        return payload with
        {
            SaltCommits = [.. salts.Select(s => new SaltCommitItem(own.Producer, s, voice.Signer.Sign(voice.Domain.SaltCommit(own.Epoch, s))))],
            SaltReveals = [.. salts.Select((s, i) => new SaltRevealItem((uint)i, s))],
        };
    }

    private static Spoiler Item(string name, Func<BlockPayload, Block, BlockPayload?> spoil) => Payload(name, BlockError.InvalidPayloadItem, spoil);

    private static Spoiler Payload(string name, BlockError reason, Func<BlockPayload, Block, BlockPayload?> spoil) =>
        new(name, reason, Outcome.Convicted, (block, workshop) => spoil(Workshop.PayloadOf(block), block) is { } spoilt ? workshop.WithPayload(block, spoilt) : null);

    private static uint Own(Block block) => Workshop.ExtraOf(block).Producer;

    private static Certificate Forged(Certificate c) => c with { Signatures = Workshop.NobodysSignature(c.Signers.Count) };

    private static TimeoutCertificate Forged(TimeoutCertificate tc) =>
        tc with { Groups = [.. tc.Groups.Select(g => g with { Signatures = Workshop.NobodysSignature(g.Signers.Count) })] };

    // Slot 0 is not known to have said so.
    private static Certificate Nobodys(uint round) => new(round, SlotBitmap.Of([0]), Workshop.NobodysSignature());

    // A block that nobody ever showed.
    private static Rejection RejectionOf(Block block) =>
        new(HeaderCodec.Encode(block.Header with { StateRoot = Hash256.Zero }), Hash256.Zero, Workshop.NobodysSignature(), Nobodys(0));

    private static EvidenceItem EvidenceAgainst(Block block)
    {
        ulong epoch = Workshop.ExtraOf(block).Epoch;
        SignedStatement Vote(Hash256 hash) => new(MessageKind.Vote2, epoch, block.Number, 0, 0, hash, default, Workshop.NobodysSignature());
        return EvidenceItem.Between(Vote(block.Header.ParentHash), Vote(block.Header.StateRoot)) ?? throw new InvalidOperationException("Two votes for two blocks contradict each other.");
    }

    // A bench of nobody but the cheater.
    private static Bench Alone(Block block)
    {
        (uint slot, ulong epoch) = (Own(block), Workshop.ExtraOf(block).Epoch);
        return Bench.TryCreate(epoch + 1, [new BenchMember(slot, block.Header.Beneficiary, block.Header.Beneficiary.Bytes.ToArray(), UInt256.One)], out Bench? bench)
            ? bench : throw new InvalidOperationException("One member is a bench.");
    }
}
