using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using BpDao.Specs;
using BpDao.Testing;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Rules;

/// <summary>A proper block, bent in one place at a time: each bend breaks the rule that is named.</summary>
public sealed class PorRulesTests : IDisposable
{
    private static readonly Hash256 Junk = Keccak256.Hash("junk"u8);

    private readonly LoneChain _chain = new LoneChain().Commit(2);

    public void Dispose() => _chain.Dispose();

    [Fact]
    public void A_proper_block_is_valid_before_and_after_execution()
    {
        Block block = _chain.Next();
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(block));
        Assert.All(_chain.Rules.HeaderRules, r => Assert.True(r.Validate(block.Header, _chain.Head).IsValid));
        _chain.Commit(1);
        Assert.Equal(block.Hash, _chain.Head.Hash);
    }

    public static TheoryData<BlockError, Func<BlockHeader, BlockHeader>> BentHeaders => new()
    {
        { BlockError.InvalidDifficulty, h => h with { Difficulty = 1 } },
        { BlockError.InvalidNonce, h => h with { Nonce = 1 } },
        { BlockError.InvalidOmmers, h => h with { OmmersHash = Junk } },
        { BlockError.InvalidBeneficiary, h => h with { Beneficiary = Address.FromNumber(1) } },
        { BlockError.InvalidExtraData, h => h with { ExtraData = new byte[31] } },
        { BlockError.InvalidExtraData, h => h with { ExtraData = new byte[33] } },
        { BlockError.InvalidExtraData, h => h with { ExtraData = (byte[])[2, .. h.ExtraData.Span[1..]] } },
        { BlockError.InvalidBlobGas, h => h with { BlobGasUsed = 131072 } },
        { BlockError.InvalidBlobGas, h => h with { ExcessBlobGas = 1 } },
        { BlockError.InvalidForkFields, h => h with { RequestsHash = Junk } },
        { BlockError.InvalidForkFields, h => h with { RequestsHash = null } },
        { BlockError.InvalidForkFields, h => h with { ParentBeaconBlockRoot = null, RequestsHash = null } },
    };

    [Theory]
    [MemberData(nameof(BentHeaders))]
    public void Rule_2_2_holds_for_every_constant_field(BlockError expected, Func<BlockHeader, BlockHeader> bend)
    {
        BlockHeader header = bend(_chain.Next().Header);
        Assert.Contains(_chain.Rules.HeaderRules, r => r.Validate(header, _chain.Head).Error == expected);
    }

    [Fact]
    public void Rule_2_6_a_block_is_younger_than_its_parent_by_the_interval()
    {
        Block block = _chain.Next();
        BlockHeader same = block.Header with { Timestamp = _chain.Head.Timestamp };
        Assert.Contains(_chain.Rules.HeaderRules, r => r.Validate(same, _chain.Head).Error == BlockError.InvalidTimestamp);
        Assert.Equal(BlockError.InvalidTimestamp, _chain.Judge(new Block(same, block.Body)).Error);
    }

    // ---- 2.2, against the parent's state

    [Theory]
    [InlineData(1u, 0u, 1, 0u, BlockError.InvalidExtraData)] // another epoch
    [InlineData(0u, 1u, 1, 0u, BlockError.InvalidExtraData)] // another round than the payload's
    [InlineData(0u, 0u, 2, 0u, BlockError.InvalidExtraData)] // another scheme
    [InlineData(0u, 0u, 1, 1u, BlockError.InvalidProducer)]
    public void Rule_2_2_extra_data_name_epoch_round_scheme_and_leader(uint epoch, uint round, byte scheme, uint slot, BlockError expected)
    {
        Block block = _chain.Next();
        byte[] extra = new PorExtraData(epoch, round, scheme, slot).Encode();
        Assert.Equal(expected, _chain.Judge(new Block(block.Header with { ExtraData = extra }, block.Body)).Error);
    }

    [Fact]
    public void Rule_2_5a_the_gas_limit_is_the_contract_s()
    {
        Block block = _chain.Next();
        Assert.Equal(BlockError.InvalidGasLimit, _chain.Judge(new Block(block.Header with { GasLimit = block.Header.GasLimit + 1 }, block.Body)).Error);
    }

    public static TheoryData<Func<Withdrawal, Withdrawal[]>> BentWithdrawals => new()
    {
        w => [],
        w => [w, w],
        w => [w with { Index = w.Index + 1 }],
        w => [w with { ValidatorIndex = 1 }],
        w => [w with { Address = Address.FromNumber(1) }],
        w => [w with { AmountGwei = w.AmountGwei + 1 }],
    };

    [Theory]
    [MemberData(nameof(BentWithdrawals))]
    public void Rule_2_2_the_new_coins_are_one_withdrawal_to_the_pool(Func<Withdrawal, Withdrawal[]> bend)
    {
        Block block = _chain.Next();
        Withdrawal due = Assert.Single(block.Body.Withdrawals!);
        Assert.Equal(new Withdrawal(2, 0, SystemContracts.ValidationPool, _chain.View.Context.BlockReward), due);
        Assert.Equal(BlockError.InvalidWithdrawals, _chain.Judge(new Block(block.Header, block.Body with { Withdrawals = bend(due) })).Error);
    }

    // ---- 2.4

    public static TheoryData<Func<Transaction, Transaction>> BentSystemTransactions => new()
    {
        t => t with { Nonce = t.Nonce + 1 },
        t => t with { GasLimit = t.GasLimit - 1 },
        t => t with { MaxFeePerGas = 1, MaxPriorityFeePerGas = 1 },
        t => t with { Value = 1 },
        t => t with { To = SystemContracts.Governance },
        t => t with { ChainId = null },
        t => t with { Data = (byte[])[.. t.Data.Span, 0] },
        t => t with { Signature = t.Signature with { YParity = (byte)(1 - t.Signature.YParity) } },
    };

    [Theory]
    [MemberData(nameof(BentSystemTransactions))]
    public void Rule_2_4_transaction_0_is_the_one_that_everybody_builds(Func<Transaction, Transaction> bend)
    {
        Block block = _chain.Next();
        Transaction bent = bend(block.Transactions[0]);
        Assert.Equal(BlockError.InvalidSystemTransaction, _chain.Judge(new Block(block.Header, block.Body with { Transactions = [bent] })).Error);
    }

    [Fact]
    public void Rule_2_4_SYSTEM_sends_nothing_else()
    {
        Block block = _chain.Next();
        Transaction second = SystemTransaction.Build(_chain.Chain.Spec.ChainId, SystemContracts.Work, [], 100_000, block.Transactions[0].Nonce + 1);
        Assert.Equal(BlockError.ExtraSystemTransaction, _chain.Judge(new Block(block.Header, block.Body with { Transactions = [block.Transactions[0], second] })).Error);
    }

    [Fact]
    public void Rule_2_2_blob_transactions_are_refused()
    {
        Block block = _chain.Next();
        Transaction blob = Build.Transaction().With(t => t with { Type = TxType.Blob, BlobVersionedHashes = [Junk] }).Signed();
        Assert.Equal(BlockError.InvalidTransaction, _chain.Judge(new Block(block.Header, block.Body with { Transactions = [block.Transactions[0], blob] })).Error);
    }

    // ---- 2.5

    [Fact]
    public void Rule_2_5_transaction_0_carries_a_canonical_payload_and_the_header_its_hash()
    {
        Block block = _chain.Next();
        byte[] payload = _chain.Payload().Encode();
        Assert.Equal(BlockError.InvalidPayload, _chain.Judge(new Block(block.Header, block.Body with { Transactions = [] })).Error);
        Assert.Equal(BlockError.InvalidPayload, _chain.Judge(_chain.WithBytes([.. payload, 0])).Error);
        Assert.Equal(BlockError.InvalidPayload, _chain.Judge(_chain.WithBytes(payload[..^1])).Error);
        Assert.Equal(BlockError.InvalidPayloadHash, _chain.Judge(new Block(block.Header with { ParentBeaconBlockRoot = Junk }, block.Body)).Error);
    }

    [Fact]
    public void Rule_2_5_any_valid_certificate_of_the_parent_is_good_and_no_other()
    {
        BlockPayload payload = _chain.Payload();
        BlockHeader parent = _chain.Head, grandparent = _chain.Chain.Tree.HeaderByNumber(1)!;
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload with { ParentCertificate = _chain.Certify(MessageKind.Vote2, parent, round: 5) })));
        foreach (Certificate? bad in (Certificate?[])
            [
                null, _chain.Certify(MessageKind.Vote2, grandparent), _chain.Certify(MessageKind.Vote1For, parent),
                _chain.Certify(MessageKind.Vote2, parent) with { Round = 1 }, payload.ParentCertificate! with { Signatures = new byte[65] },
                payload.ParentCertificate! with { Signers = SlotBitmap.Of([1]) }, payload.ParentCertificate! with { Signers = SlotBitmap.Of([0, 1]) },
            ])
        {
            Assert.Equal(BlockError.InvalidParentCertificate, _chain.Judge(_chain.With(payload with { ParentCertificate = bad })).Error);
        }
    }

    [Fact]
    public void A_block_first_proposed_in_a_later_round_carries_the_timeouts_that_let_it_begin()
    {
        BlockPayload payload = _chain.Payload();
        LoneTimeouts timeouts = new(_chain);
        BlockHeader InRound(BlockHeader h, uint round) => h with { ExtraData = new PorExtraData(0, round, 1, 0).Encode() };
        TimeoutCertificate gaveUp = timeouts.GaveUp(0, null);
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload with { Timeout = gaveUp }, h => InRound(h, 1))));
        Assert.Equal(BlockError.InvalidExtraData, _chain.Judge(_chain.With(payload with { Timeout = gaveUp })).Error);
        Assert.Equal(BlockError.InvalidExtraData, _chain.Judge(_chain.With(payload, h => InRound(h, 1))).Error);
        // Rule P: a certificate that names a QC1 asks for that block, not for a new one.
        Assert.Equal(BlockError.InvalidTimeoutCertificate, _chain.Judge(_chain.With(payload with { Timeout = timeouts.GaveUp(0, Junk) }, h => InRound(h, 1))).Error);
        Assert.Equal(BlockError.InvalidTimeoutCertificate, _chain.Judge(_chain.With(payload with { Timeout = gaveUp with { Round = 1 } }, h => InRound(h, 2))).Error);
    }

    [Fact]
    public void Rule_5_3_votes_are_carried_about_the_heights_they_may_be_about()
    {
        BlockPayload payload = _chain.Payload();
        BlockHeader parent = _chain.Head, grandparent = _chain.Chain.Tree.HeaderByNumber(1)!;
        CarriedVote against = new(2, MessageKind.Vote1Against, _chain.Certify(MessageKind.Vote1Against, parent));
        CarriedVote late = new(1, MessageKind.Vote1For, _chain.Certify(MessageKind.Vote1For, grandparent));
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload with { Against = [against], Late = [late] })));
        foreach (BlockPayload bad in (BlockPayload[])
            [
                payload with { Against = [late] },
                payload with { Against = [against with { Votes = _chain.Certify(MessageKind.Vote1For, parent) }] },
                payload with { Late = [late with { Height = 2 }] },
                payload with { Late = [late with { Kind = MessageKind.Vote2 }] },
                payload with { Late = [late, late, late, late, late] }, // more than K
            ])
        {
            Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(_chain.With(bad)).Error);
        }
    }

    [Fact]
    public void Rule_4_5_a_rejection_shows_a_signed_proposal_and_a_quorum_against_it()
    {
        BlockPayload payload = _chain.Payload();
        BlockHeader rejected = _chain.Next().Header with { GasUsed = 1 };
        Hash256 proposal = _chain.Verifier.Domain.Proposal(0, rejected.Number, 0, rejected.Hash, Hash256.Zero);
        Rejection sound = new(HeaderCodec.Encode(rejected), Hash256.Zero, _chain.Sign(proposal), _chain.Certify(MessageKind.Vote1Against, rejected));
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload with { Rejections = [sound] })));
        BlockHeader future = rejected with { Number = rejected.Number + 1 };
        foreach (Rejection bad in (Rejection[])
            [
                sound with { JustificationDigest = Junk },
                sound with { ProposalSignature = new byte[65] },
                sound with { Against = _chain.Certify(MessageKind.Vote1For, rejected) },
                sound with { HeaderRlp = HeaderCodec.Encode(future) },
                sound with { HeaderRlp = HeaderCodec.Encode(rejected with { ExtraData = new PorExtraData(1, 0, 1, 0).Encode() }) },
            ])
        {
            Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(_chain.With(payload with { Rejections = [bad] })).Error);
        }
    }

    [Fact]
    public void Rule_4_5_a_node_that_has_the_benches_and_not_every_block_judges_a_rejection_alike()
    {
        BlockHeader rejected = _chain.Chain.Tree.HeaderByNumber(1)! with { GasUsed = 1 };
        Hash256 proposal = _chain.Verifier.Domain.Proposal(0, 1, 0, rejected.Hash, Hash256.Zero);
        Rejection sound = new(HeaderCodec.Encode(rejected), Hash256.Zero, _chain.Sign(proposal), _chain.Certify(MessageKind.Vote1Against, rejected));
        Block block = _chain.With(_chain.Payload() with { Rejections = [sound] });
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(block));

        EpochStore epochs = new(new WithoutBlock(_chain.Chain.Records, 1), _chain.Rules.Epochs.BenchOf(0)!);
        Assert.Null(epochs.RecordOf(1));
        PorRules newcomer = new(_chain.Chain.Spec.ChainId, epochs, _chain.Verifier);
        Assert.Equal(BlockVerdict.Valid, newcomer.ValidateBeforeExecution(block, _chain.Head, _chain.Chain.Contracts.At(_chain.Head.Hash)!));
    }

    /// <summary>The records of a node that joined later.</summary>
    private sealed class WithoutBlock(IEngineRecords records, ulong missing) : IEngineRecords
    {
        private readonly ReadOnlyMemory<byte> _key = EpochStore.Record(missing, BlockRecord.Genesis).Key;

        public byte[]? Get(ReadOnlySpan<byte> key) => key.SequenceEqual(_key.Span) ? null : records.Get(key);
    }

    [Fact]
    public void Rule_7_1_evidence_is_proof_against_a_member_of_the_bench_of_its_epoch()
    {
        _chain.Commit(1);
        BlockPayload payload = _chain.Payload();
        SignedStatement a = SecondVote(Keccak256.Hash([1])), b = SecondVote(Keccak256.Hash([2]));
        EvidenceItem sound = EvidenceItem.Between(a, b)!;
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload with { Evidence = [sound] })));

        foreach (EvidenceItem bad in (EvidenceItem[])
        [
            EvidenceItem.Between(a, b with { Signature = a.Signature })!, // not signed
            EvidenceItem.Between(a with { Slot = 1 }, b with { Slot = 1 })!, // not on the bench
            EvidenceItem.Between(SecondVote(Keccak256.Hash([1]), height: 9), SecondVote(Keccak256.Hash([2]), height: 9))!, // not yet
        ])
        {
            Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(_chain.With(payload with { Evidence = [bad] })).Error);
        }

        Assert.Equal(BlockError.InvalidPayload, _chain.Judge(_chain.With(payload with { Evidence = [.. Enumerable.Repeat(sound, 5)] })).Error);
        Assert.Empty((payload with { Evidence = [sound] }).Minimal().Evidence);
    }

    // A slot that was light in an earlier epoch would convict itself of its height under that one, and the true item would come too late.
    [Fact]
    public void Rule_7_1a_evidence_names_the_epoch_that_its_height_is_of()
    {
        _chain.Commit(32); // three epochs of 16 have begun
        Assert.Equal((35UL, 2UL), (_chain.View.Height, _chain.View.Epoch));
        foreach ((ulong height, ulong epoch) in ((ulong, ulong)[])[(1, 0), (16, 0), (17, 1), (32, 1), (33, 2), (35, 2)])
        {
            for (ulong named = 0; named <= 2; named++)
            {
                EvidenceItem item = EvidenceItem.Between(SecondVote(Keccak256.Hash([1]), height, named), SecondVote(Keccak256.Hash([2]), height, named))!;
                BlockVerdict verdict = _chain.Judge(_chain.With(_chain.Payload() with { Evidence = [item] }));
                BlockVerdict expected = named == epoch ? BlockVerdict.Valid : new BlockVerdict(BlockError.InvalidPayloadItem, $"evidence: height {height} is not of epoch {named}");
                Assert.Equal(expected, verdict);
            }
        }
    }

    // A node that began at a later state may lack the bench of an epoch from before the unbonding time, and would stand still at such a block.
    [Fact]
    public void Rule_7_1a_evidence_of_an_epoch_whose_bonds_are_free_again_makes_a_block_invalid()
    {
        _chain.Commit(1);
        EvidenceItem item = EvidenceItem.Between(SecondVote(Keccak256.Hash([1])), SecondVote(Keccak256.Hash([2])))!;
        const ulong Most = 200; // five epochs of 16 blocks a second, and some
        while (RefusalOf(item) != "expired")
        {
            Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(_chain.Payload() with { Evidence = [item] })));
            Assert.True(_chain.Head.Number < Most, "it never expires");
            _chain.Commit(16);
        }

        BlockVerdict verdict = _chain.Judge(_chain.With(_chain.Payload() with { Evidence = [item] }));
        Assert.Equal(BlockError.InvalidPayloadItem, verdict.Error);
        Assert.False(verdict.IsTransient);
    }

    private string RefusalOf(EvidenceItem item) =>
        _chain.View.Judiciary.TryRefusal(item.Kind, item.Epoch, item.Height, item.Offenders[0], out string reason) ? reason : "no answer";

    private SignedStatement SecondVote(Hash256 block, ulong height = 1, ulong epoch = 0) =>
        new(MessageKind.Vote2, epoch, height, 0, 0, block, default, _chain.Sign(_chain.Verifier.Domain.Vote(MessageKind.Vote2, epoch, height, 0, block)));

    [Fact]
    public void B4_Salts_rule_8_2_a_salt_s_commitment_is_signed_by_its_slot()
    {
        BlockPayload payload = _chain.Payload();
        SaltCommitItem sound = new(0, Junk, _chain.Sign(_chain.Verifier.Domain.SaltCommit(0, Junk)));
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload with { SaltCommits = [sound] })));
        Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(_chain.With(payload with { SaltCommits = [sound with { Slot = 1 }] })).Error);
        Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(_chain.With(payload with { SaltCommits = [sound with { Commit = TestBench.GenesisHash }] })).Error);
    }

    [Fact]
    public void Rule_3_3_READY_is_signed_over_the_last_block_of_the_epoch_before()
    {
        BlockPayload payload = _chain.Payload();
        ReadyItem sound = new(0, _chain.Sign(_chain.Verifier.Domain.Ready(0, _chain.Chain.Tree.HeaderByNumber(0)!.Hash)));
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload with { Ready = [sound] })));
        ReadyItem stale = new(0, _chain.Sign(_chain.Verifier.Domain.Ready(0, _chain.Head.Hash)));
        Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(_chain.With(payload with { Ready = [stale] })).Error);
        Assert.Equal(BlockError.InvalidPayloadItem, _chain.Judge(_chain.With(payload with { Ready = [sound with { Slot = 7 }] })).Error);
    }

    // ---- 8.1, 3.1

    [Fact]
    public void B1_Reveal_rule_8_1_the_reveal_opens_the_producer_s_onion_and_the_mix_follows()
    {
        BlockPayload payload = _chain.Payload();
        Assert.Equal(BlockError.InvalidReveal, _chain.Judge(_chain.With(payload with { Reveal = Junk })).Error);
        Assert.Equal(BlockError.InvalidReveal, _chain.Judge(_chain.With(payload with { Reveal = Hash256.Zero })).Error);
        Assert.Equal(BlockError.InvalidMix, _chain.Judge(_chain.With(payload, h => h with { MixHash = Junk })).Error);
    }

    [Fact]
    public void Rule_3_1_an_epoch_s_first_block_carries_the_next_bench_and_no_other_block_does()
    {
        Bench bench = _chain.View.Bench;
        Assert.Equal(BlockError.InvalidEpochRecord, _chain.Judge(_chain.With(_chain.Payload() with { EpochRecord = bench })).Error);
        while (_chain.View.Position != 0) _chain.Commit(1);
        BlockPayload payload = _chain.Payload();
        Assert.Equal(_chain.View.Epoch + 1, payload.EpochRecord!.Epoch);
        Assert.Equal(BlockVerdict.Valid, _chain.Judge(_chain.With(payload)));
        Assert.Equal(BlockError.InvalidEpochRecord, _chain.Judge(_chain.With(payload with { EpochRecord = null })).Error);
        Assert.Equal(BlockError.InvalidEpochRecord, _chain.Judge(_chain.With(payload with { EpochRecord = bench.RepeatedIn(7) })).Error);
        _chain.Commit(1);
        Assert.NotNull(_chain.Rules.Epochs.BenchOf(_chain.View.Epoch + 1));
    }

    // ---- 2.8, certificates

    [Fact]
    public void Rule_2_8_a_failed_transaction_0_is_right_exactly_with_the_smallest_payload()
    {
        BlockPayload payload = _chain.Payload();
        Receipt[] failed = [new Receipt { Success = false, Logs = [], Bloom = Bloom.Empty }];
        Receipt[] succeeded = [new Receipt { Success = true, Logs = [], Bloom = Bloom.Empty }];
        Block more = _chain.With(payload with { NextTip = Junk });
        Assert.Equal(BlockVerdict.Valid, _chain.Rules.ValidateAfterExecution(_chain.With(payload.Minimal()), failed));
        Assert.Equal(BlockError.SystemTransactionFailed, _chain.Rules.ValidateAfterExecution(more, failed).Error);
        Assert.Equal(BlockVerdict.Valid, _chain.Rules.ValidateAfterExecution(more, succeeded));
    }

    [Fact]
    public void A_certificate_is_of_its_block_and_of_more_than_two_thirds()
    {
        byte[] sound = _chain.Chain.Tree.CertificateByNumber(2)!;
        Assert.True(_chain.Rules.ValidateCertificate(_chain.Head, sound).IsValid);
        Assert.Equal(BlockError.InvalidCertificate, _chain.Rules.ValidateCertificate(_chain.Chain.Tree.HeaderByNumber(1)!, sound).Error);
        Assert.Equal(BlockError.InvalidCertificate, _chain.Rules.ValidateCertificate(_chain.Head, []).Error);
        Assert.Equal(BlockError.InvalidCertificate, _chain.Rules.ValidateCertificate(_chain.Head, sound.AsSpan(0, sound.Length - 1)).Error);
    }

    [Fact]
    public void A_certificate_is_of_the_bench_that_is_due_at_its_height_whatever_epoch_the_header_names()
    {
        while (_chain.View.Epoch < 2) _chain.Commit(1);
        IContractCaller state = _chain.Chain.Contracts.At(_chain.Head.Hash)!;
        Block next = _chain.Next();
        Assert.Equal(BlockVerdict.Valid, Validate(next.Header, _chain.View.Epoch));
        foreach (ulong epoch in (ulong[])[0, _chain.View.Epoch - 1, _chain.View.Epoch + 1])
        {
            Assert.Equal(BlockError.InvalidCertificate, Validate(As(next.Header, epoch), epoch).Error);
            BlockHeader committed = As(_chain.Head, epoch);
            if (epoch != _chain.Rules.Epochs.RecordOf(committed.Number)!.Epoch)
            {
                Assert.Equal(BlockError.InvalidCertificate, _chain.Rules.ValidateCertificate(committed, Certificate(committed, epoch)).Error);
            }
        }

        Assert.Equal(BlockError.InvalidCertificate, Validate(next.Header with { Number = next.Number + 1 }, _chain.View.Epoch).Error);
        Assert.Equal(BlockError.InvalidCertificate, _chain.Rules.ValidateCertificate(next.Header, Certificate(next.Header, _chain.View.Epoch)).Error);

        BlockVerdict Validate(BlockHeader header, ulong epoch) => _chain.Rules.ValidateCertificate(header, Certificate(header, epoch), _chain.Head, state);

        byte[] Certificate(BlockHeader header, ulong epoch) => CertificateCodec.Encode(new Certificate(
            0, SlotBitmap.Of([0]), _chain.Sign(_chain.Verifier.Domain.Vote(MessageKind.Vote2, epoch, header.Number, 0, header.Hash))));

        static BlockHeader As(BlockHeader header, ulong epoch) => PorExtraData.TryDecode(header.ExtraData.Span, out PorExtraData? extra)
            ? header with { ExtraData = (extra.Value with { Epoch = (uint)epoch }).Encode() }
            : throw new ArgumentException("no PoR header", nameof(header));
    }

    /// <summary>Timeouts of the lone producer for the next height.</summary>
    private sealed class LoneTimeouts(LoneChain chain)
    {
        public TimeoutCertificate GaveUp(uint round, Hash256? claimed)
        {
            ulong height = chain.Head.Number + 1;
            uint roundPlusOne = claimed is null ? 0u : 1u;
            byte[] timeout = chain.Sign(chain.Verifier.Domain.Timeout(0, height, round, roundPlusOne, claimed ?? Hash256.Zero));
            Certificate? qc = claimed is not { } hash ? null
                : new Certificate(0, SlotBitmap.Of([0]), chain.Sign(chain.Verifier.Domain.Vote(MessageKind.Vote1For, 0, height, 0, hash)));
            return new TimeoutCertificate(round, [new TimeoutGroup(roundPlusOne, claimed ?? Hash256.Zero, SlotBitmap.Of([0]), timeout)], qc);
        }
    }
}
