using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using CsCheck;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Blocks;

/// <summary>Protocol rule 2.5: one payload, one encoding.</summary>
public sealed class PayloadCodecTests
{
    private static readonly Gen<Hash256> Hashes = Gen.Byte.Array[32].Select(b => new Hash256(b));

    private static readonly Gen<Certificate> Certificates =
        Gen.Select(Gen.UInt[0, 1000], Gen.UInt[0, 4095].HashSet[1, 8], Gen.Byte.Array[65])
            .Select((round, slots, signature) => new Certificate(round, SlotBitmap.Of(slots), signature));

    private static readonly Gen<BlockPayload> Payloads =
        Gen.Select(Hashes, Certificates, Certificates.Array[0, 3], Gen.Bool, Gen.UInt[0, 4095].Array[0, 4], Hashes.Array[4])
            .Select((reveal, certificate, votes, flag, slots, words) => new BlockPayload
            {
                Reveal = reveal,
                ParentCertificate = flag ? certificate : null,
                Against = [.. votes.Select(v => new CarriedVote(7, MessageKind.Vote1Against, v))],
                Late = [.. votes.Select(v => new CarriedVote(6, MessageKind.Vote2, v))],
                Timeout = flag ? null : new TimeoutCertificate(3, [new TimeoutGroup(0, default, certificate.Signers, certificate.Signatures)], null),
                Rejections = [.. votes.Take(2).Select(v => new Rejection(new byte[] { 1, 2, 3 }, words[0], new byte[65], v))],
                SaltCommits = [.. slots.Select(s => new SaltCommitItem(s, words[1], new byte[65]))],
                SaltReveals = [.. slots.Select(s => new SaltRevealItem(s, words[2]))],
                Ready = [.. slots.Select(s => new ReadyItem(s, new byte[65]))],
                NextTip = flag ? words[3] : null,
                EpochRecord = flag ? BenchOf(5, slots) : null,
            });

    [Fact]
    public void Reads_back_what_it_writes() => Payloads.Sample(payload =>
    {
        byte[] encoded = payload.Encode();
        Assert.True(PayloadCodec.TryDecode(encoded, out BlockPayload? read));
        Assert.Equal(encoded, read.Encode());
        Assert.Equal(payload.Reveal, read.Reveal);
        Assert.Equal(payload.NextTip, read.NextTip);
        Assert.Equal(payload.Late.Count, read.Late.Count);
        Assert.Equal(payload.FirstRound, read.FirstRound);
    }, iter: 300);

    [Fact]
    public void No_other_bytes_give_a_payload_that_encodes_differently() =>
        Gen.Select(Payloads, Gen.Int[0, 1 << 20], Gen.Byte).Sample((payload, at, value) =>
        {
            byte[] encoded = payload.Encode();
            encoded[at % encoded.Length] = value;
            if (PayloadCodec.TryDecode(encoded, out BlockPayload? read)) Assert.Equal(encoded, read.Encode());
        }, iter: 3_000);

    [Fact]
    public void Bytes_behind_the_payload_are_refused()
    {
        byte[] encoded = new BlockPayload { Reveal = Keccak256.Hash("r"u8) }.Encode();
        Assert.True(PayloadCodec.TryDecode(encoded, out _));
        Assert.False(PayloadCodec.TryDecode([.. encoded, 0x80], out _));
    }

    [Fact]
    public void More_items_than_the_caps_are_refused()
    {
        ReadyItem item = new(1, new byte[65]);
        BlockPayload full = new() { Reveal = default, Ready = [.. Enumerable.Repeat(item, PayloadLimits.Ready)] };
        Assert.True(PayloadCodec.TryDecode(full.Encode(), out _));
        BlockPayload over = full with { Ready = [.. full.Ready, item] };
        Assert.False(PayloadCodec.TryDecode(over.Encode(), out _));
    }

    [Fact]
    public void An_empty_evidence_item_is_refused()
    {
        byte[] encoded = new BlockPayload { Reveal = default }.Encode();
        // The sixth empty list behind the version and five empty lists: [1, c0, c0, c0, c0, c0, evidence, …].
        int evidence = Array.IndexOf(encoded, (byte)0xa0) - 1;
        Assert.Equal(0xc0, encoded[evidence]);
        byte[] withItem = [(byte)(encoded[0] + 0), .. encoded[1..evidence], 0xc1, 0xc0, .. encoded[(evidence + 1)..]];
        withItem[0]++;
        Assert.False(PayloadCodec.TryDecode(withItem, out _));
    }

    [Fact]
    public void The_minimal_payload_keeps_what_a_block_cannot_do_without() => Payloads.Sample(payload =>
    {
        BlockPayload minimal = payload.Minimal();
        Assert.Equal(payload.ParentCertificate, minimal.ParentCertificate);
        Assert.Equal(payload.Timeout, minimal.Timeout);
        Assert.Equal(payload.Reveal, minimal.Reveal);
        Assert.Equal(payload.EpochRecord, minimal.EpochRecord);
        Assert.Null(minimal.NextTip);
        Assert.Empty(minimal.Against.Concat(minimal.Late));
        Assert.Equal(minimal.Encode(), minimal.Minimal().Encode());
    }, iter: 50);

    private static Bench? BenchOf(ulong epoch, uint[] slots)
    {
        BenchMember[] members = [.. slots.Distinct().Order().Select(s => new BenchMember(s, Address.FromNumber(s + 1), Address.FromNumber(s + 1).ToArray(), s + 1))];
        Bench.TryCreate(epoch, members, out Bench? bench);
        return bench;
    }
}
