using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Evidence;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Synchronization;
using CsCheck;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Protocol;

public sealed class MessageCodecTests
{
    private static readonly Block Block = TestBench.Block(1, TestBench.GenesisHash, 0, 0);
    private static readonly BlockCertificate Qc = TestBench.Certificate(MessageKind.Vote1For, 1, 0, Block.Hash, 0, 1, 2);
    private static readonly TimeoutCertificate Tc =
        TestBench.TimeoutCertificate(1, 3, TestBench.Timeout(1, 3, 0), TestBench.Timeout(1, 3, 1, Qc), TestBench.Timeout(1, 3, 2, Qc));

    public static TheoryData<PorMessage> Messages =>
    [
        TestBench.Proposal(1, 0, Block, null, 0),
        TestBench.Proposal(1, 4, Block, Tc, 0),
        TestBench.Vote(MessageKind.Vote1For, 1, 0, Block.Hash, 3),
        TestBench.Vote(MessageKind.Vote1Against, 1, 0, Block.Hash, 3) with { Reason = 9 },
        TestBench.Vote(MessageKind.Vote2, 1, 0, Block.Hash, 3),
        TestBench.Timeout(1, 3, 2),
        TestBench.Timeout(1, 3, 2, Qc),
        TestBench.Timeout(1, 3, 2, Qc) with { HighQc = null },
        new BlockCertificateMessage(Qc),
        new TimeoutCertificateMessage(0, 1, Tc),
        new SaltCommitMessage(2, 5, Block.Hash, new byte[65]),
        new SaltRevealMessage(2, 5, Block.Hash),
        new ReadyMessage(2, 5, new byte[65]),
        new StatusMessage(12, Block.Hash, 3, null),
        new StatusMessage(12, Block.Hash, 4, Tc),
        new GetCertificateMessage(77),
        new GetBlockMessage(Block.Hash),
        new BlockMessage(Block),
        new CertifiedBlockMessage(Block, Qc.Certificate),
        .. Samples.All.Select(i => new EvidenceMessage(i)),
    ];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_message_comes_back_as_it_went_out(PorMessage message)
    {
        byte[] encoded = MessageCodec.Encode(message);
        Assert.True(MessageCodec.TryDecode(encoded, out PorMessage? decoded));
        Assert.Equal(message.GetType(), decoded.GetType());
        Assert.Equal(encoded, MessageCodec.Encode(decoded));
    }

    [Fact]
    public void The_wire_s_table_of_numbers_and_lengths_is_the_codec_s()
    {
        ILookup<int, PorMessage> byCode = ((IEnumerable<object[]>)Messages).Select(row => (PorMessage)row[0]).ToLookup(m => BpDaoMessage.CodeOf(MessageCodec.Encode(m)));
        Assert.Equal(Enumerable.Range(BpDaoMessage.FirstOfEngine, 14), byCode.Select(g => g.Key).Order());
        Assert.All(byCode, g => Assert.Single(g.Select(m => m.GetType()).Distinct()));
        int[] ofBlocks = [.. byCode.Where(g => g.First() is Proposal or BlockMessage or CertifiedBlockMessage).Select(g => g.Key)];
        Assert.Equal([BpDaoMessage.Proposal, BpDaoMessage.Block, BpDaoMessage.CertifiedBlock], ofBlocks.Order());
        Assert.All(byCode, g => Assert.Equal(ofBlocks.Contains(g.Key) ? MessageCodec.MaxBlockMessage : MessageCodec.MaxOtherMessage, BpDaoMessage.MaxBytes(g.Key)));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Cut_lengthened_or_changed_bytes_never_throw_and_never_pass_as_something_longer(PorMessage message)
    {
        byte[] encoded = MessageCodec.Encode(message);
        for (int length = 0; length < encoded.Length; length++) Assert.False(MessageCodec.TryDecode(encoded.AsSpan(0, length), out _));
        Assert.False(MessageCodec.TryDecode([.. encoded, 0], out _));
        Gen.Select(Gen.Int[0, encoded.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            byte[] changed = [.. encoded];
            changed[at] = value;
            if (MessageCodec.TryDecode(changed, out PorMessage? read)) Assert.Equal(changed, MessageCodec.Encode(read));
        }, iter: 2000);
    }

    [Fact]
    public void Random_bytes_never_throw_and_what_reads_is_canonical() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        if (MessageCodec.TryDecode(bytes, out PorMessage? read)) Assert.Equal(bytes, MessageCodec.Encode(read));
    });

    [Fact]
    public void A_timeout_that_claims_more_than_its_round_is_none()
    {
        BlockCertificate later = TestBench.Certificate(MessageKind.Vote1For, 1, 5, Block.Hash, 0, 1, 2);
        Assert.False(MessageCodec.TryDecode(MessageCodec.Encode(TestBench.Timeout(1, 4, 2, later)), out _));
        Assert.True(MessageCodec.TryDecode(MessageCodec.Encode(TestBench.Timeout(1, 5, 2, later)), out _));
    }

    [Fact]
    public void A_claim_of_nothing_names_no_block() =>
        Assert.False(MessageCodec.TryDecode(MessageCodec.Encode(TestBench.Timeout(1, 3, 2) with { HqcBlockHash = Block.Hash }), out _));

    [Fact]
    public void Signers_stand_in_one_group_of_a_timeout_certificate_and_groups_ascend()
    {
        TimeoutGroup none = Tc.Groups[0], claim = Tc.Groups[1];
        Assert.False(Reads(Tc with { Groups = [none, claim with { Signers = none.Signers.Union(claim.Signers) }] }));
        Assert.False(Reads(Tc with { Groups = [claim, none] }));
        Assert.False(Reads(Tc with { Groups = [] }));
        Assert.True(Reads(Tc));
    }

    [Fact]
    public void A_certificate_has_signers() =>
        Assert.False(MessageCodec.TryDecode(MessageCodec.Encode(new BlockCertificateMessage(Qc with { Certificate = Qc.Certificate with { Signers = SlotBitmap.Empty } })), out _));

    [Fact]
    public void Rounds_beyond_reason_are_refused() =>
        Assert.False(MessageCodec.TryDecode(MessageCodec.Encode(TestBench.Vote(MessageKind.Vote2, 1, CertificateCodec.MaxRound, Block.Hash, 3)), out _));

    [Theory]
    [InlineData(MessageCodec.MaxTransactions, true)]
    [InlineData(MessageCodec.MaxTransactions + 1, false)]
    public void A_block_of_more_transactions_than_any_gas_limit_allows_is_not_decoded(int count, bool isRead)
    {
        Transaction smallest = new() { Type = TxType.Legacy, Signature = new TxSignature(0, 1, 1) };
        Block block = new(TestBench.Block(1, TestBench.GenesisHash, 0, 0).Header, new BlockBody([.. Enumerable.Repeat(smallest, count)], [], []));
        Assert.Equal(isRead, MessageCodec.TryDecode(MessageCodec.Encode(new BlockMessage(block)), out _));
    }

    [Fact]
    public void A_message_without_block_is_bounded()
    {
        BlockCertificateMessage long1 = new(Qc with { Certificate = new Certificate(0, SlotBitmap.Of(Enumerable.Range(0, 4000).Select(i => (uint)i)), new byte[MessageCodec.MaxOtherMessage]) });
        Assert.False(MessageCodec.TryDecode(MessageCodec.Encode(long1), out _));
    }

    private static bool Reads(TimeoutCertificate tc) => MessageCodec.TryDecode(MessageCodec.Encode(new TimeoutCertificateMessage(0, 1, tc)), out _);
}
