using BpDao.Consensus.Por.Engine;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Xunit;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>Protocol rule 4.3: which reasons are a vote against, and which are silence.</summary>
public sealed class JudgementTests
{
    // The block may be valid later or elsewhere.
    private static readonly BlockError[] Silence =
    [
        BlockError.UnknownParent, BlockError.ParentStateMissing, BlockError.TimestampTooFarAhead, BlockError.AlreadyKnown, BlockError.BehindFinality,
    ];

    // Another body may lie under the same header.
    private static readonly BlockError[] AboutTheBody = [BlockError.InvalidTransactionsRoot, BlockError.InvalidWithdrawalsRoot, BlockError.InvalidOmmers];

    private static readonly BlockHeader Header = new() { OmmersHash = BlockHeader.EmptyOmmersHash };

    public static TheoryData<BlockError> Reasons => new(Enum.GetValues<BlockError>());

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Only_what_the_block_itself_tells_is_held_against_it(BlockError reason)
    {
        Judgement expected = reason == BlockError.None ? Judgement.Valid
            : Silence.Contains(reason) ? Judgement.Silent
            : AboutTheBody.Contains(reason) ? Judgement.WrongBody
            : Judgement.Invalid;

        Assert.Equal(expected, ChainWorker.JudgementOf(new BlockVerdict(reason), Header));
    }

    [Fact]
    public void A_header_that_names_ommers_is_at_fault_itself() =>
        Assert.Equal(Judgement.Invalid, ChainWorker.JudgementOf(new BlockVerdict(BlockError.InvalidOmmers), Header with { OmmersHash = Hash256.Zero }));
}
