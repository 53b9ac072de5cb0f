using System.Text;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Specs;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Node.Tests.Validators;

/// <summary>One of four producers is off for a hundred blocks (protocol rules 3.3, 5.10, 5.11, 8.1).</summary>
[Collection(nameof(Devnet))]
public sealed class StoppedProducerTests(ITestOutputHelper output)
{
    private const int Subject = 1;
    private const ulong Off = 100;
    private const ulong EpochLength = 16;
    private const ulong EpochsToReturn = 4;

    private static readonly AbiEvent Missed = AbiEvent.Parse("Missed(uint64 indexed,uint32 indexed,uint32 indexed,uint256,bool)");
    private static readonly AbiEvent Inactive = AbiEvent.Parse("Inactive(uint32 indexed,uint64 indexed,bytes32)");
    private static readonly AbiEvent Ready = AbiEvent.Parse("Ready(uint32 indexed,uint64 indexed)");

    [Fact]
    public async Task A_producer_off_for_a_hundred_blocks_is_passed_over_counted_and_set_aside_and_comes_back_within_four_epochs_of_READY()
    {
        await using Devnet devnet = new(speed: 4);
        for (int slot = 0; slot < devnet.Count; slot++) devnet.Start(slot);
        Validator witness = devnet[0];
        await devnet.AllReachAsync(8);
        Validator stopped = devnet[Subject];
        await devnet.StopAsync(Subject);
        ulong last = stopped.Height;
        await devnet.AllReachAsync(last + Off);

        ulong setAside = AssertPassedOverAndCountedUntilInactive(witness, last);
        AssertLeftAloneSince(witness, setAside);

        HashSet<ulong> asked = [];
        ulong missing = witness.Height;
        devnet.Start(Subject, leaves: message => Remember(asked, message));
        await devnet[Subject].ReachAsync(missing);
        lock (asked) Assert.Empty(Numbers(last + 1, missing).Except(asked));
        Assert.Equal(witness.Chain.Tree.HeaderByNumber(missing)!.Hash, devnet[Subject].Chain.Tree.HeaderByNumber(missing)!.Hash);

        ulong ready = await FindReady(witness, missing);
        await AssertTakesPartAgain(witness, EpochOf(ready));
        await devnet.AllReachAsync(witness.Height);
        Assert.True(devnet[Subject].Engine.Status is { TakesPart: true, Alarm: null }, devnet[Subject].Engine.Status.ToString());
        Assert.Empty(devnet.Words[Subject].Contradictions);
    }

    /// <returns>The block that made it inactive.</returns>
    private ulong AssertPassedOverAndCountedUntilInactive(Validator witness, ulong last)
    {
        // It may have left a proposal for the height it was in.
        ulong number = last + 1;
        uint missesInRow = BondAt(witness, number).MissesInRow;
        string reason = "";
        while (reason.Length == 0)
        {
            Assert.True(++number <= witness.Height, "it never became inactive");
            (uint producer, uint round) = ProposalOf(witness, number);
            Assert.NotEqual((uint)Subject, producer);

            // Whom Work named for the rounds before that of the block, on the parent's state.
            BlockHeader parent = witness.Chain.Tree.HeaderByNumber(number - 1)!;
            Assert.True(new WorkContract(witness.Chain.Contracts.At(parent.Hash)!, SystemContracts.Work).TryProducersAt(number, round + 1, out uint[] leaders));
            object[][] misses = [.. Events(witness, number, Missed).Where(e => ((UInt256)e[2]) == Subject)];
            Assert.Equal(leaders.AsSpan(0, (int)round).Contains((uint)Subject) ? 1 : 0, misses.Length);
            foreach (object[] miss in misses)
            {
                bool isWaived = (bool)miss[4];
                Assert.Equal((UInt256)number, (UInt256)miss[0]);
                Assert.Equal(isWaived, ((UInt256)miss[3]).IsZero);
                if (!isWaived) missesInRow++;
                output.WriteLine($"block {number} in round {round}: turn of round {miss[1]} missed{(isWaived ? ", waived" : "")}, {missesInRow} in a row");
            }

            BondState bond = BondAt(witness, number);
            Assert.Equal(missesInRow, bond.MissesInRow);
            object[]? setAside = Events(witness, number, Inactive).SingleOrDefault(e => ((UInt256)e[0]) == Subject);
            if (setAside is not null) reason = Encoding.ASCII.GetString(((byte[])setAside[2]).AsSpan().TrimEnd((byte)0));
            Assert.Equal(setAside is null ? BondStatus.Active : BondStatus.Inactive, bond.Status);
        }

        output.WriteLine($"inactive in block {number}: {reason}");
        Assert.True(missesInRow > 0, "it never had a turn");
        // By 5.10 after so many turns in a row; by 5.11 at the end of the first whole epoch, when the draw named it less often.
        if (reason == "misses") Assert.Equal(MaxMissesAt(witness, number), missesInRow);
        else Assert.Equal(("participation", 1ul), (reason, ((number - 1) % EpochLength) + 1));
        return number;
    }

    private static void AssertLeftAloneSince(Validator witness, ulong setAside)
    {
        foreach (ulong number in Numbers(setAside + 1, witness.Height))
        {
            Assert.DoesNotContain(Events(witness, number, Missed), e => ((UInt256)e[2]) == Subject);
        }

        Assert.Equal(BondStatus.Inactive, BondAt(witness, witness.Height).Status);
        Assert.Null(witness.BenchOf(EpochOf(witness.Height)).Find(Subject));
    }

    private async Task<ulong> FindReady(Validator witness, ulong from)
    {
        for (ulong number = from; number <= from + (2 * EpochLength); number++)
        {
            await witness.ReachAsync(number);
            if (Events(witness, number, Ready).All(e => ((UInt256)e[0]) != Subject)) continue;
            output.WriteLine($"READY carried in block {number}, epoch {EpochOf(number)}");
            return number;
        }

        throw new InvalidOperationException("No block carried its READY.");
    }

    private async Task AssertTakesPartAgain(Validator witness, ulong readyEpoch)
    {
        ulong lastBlock = (readyEpoch + EpochsToReturn + 1) * EpochLength;
        ulong? onBench = null, voted = null, produced = null;
        for (ulong number = (readyEpoch * EpochLength) + 1; number <= lastBlock && (onBench is null || voted is null || produced is null); number++)
        {
            await witness.ReachAsync(number);
            if (witness.BenchOf(EpochOf(number)).Find(Subject) is not null) onBench ??= number;
            Assert.True(CertificateCodec.TryDecode(witness.Chain.Tree.CertificateByNumber(number)!, out Certificate? certificate));
            if (certificate.Signers.Contains(Subject)) voted ??= number;
            if (ProposalOf(witness, number).Producer == Subject) produced ??= number;
        }

        output.WriteLine($"on the bench from block {onBench}, voted in block {voted}, produced block {produced}; the last that counts is {lastBlock}");
        Assert.NotNull(onBench);
        Assert.NotNull(voted);
        Assert.NotNull(produced);
        Assert.Equal(BondStatus.Active, BondAt(witness, witness.Height).Status);
    }

    private static void Remember(HashSet<ulong> asked, PorMessage message)
    {
        if (message is not GetCertificateMessage { Height: var height }) return;
        lock (asked) asked.Add(height);
    }

    private static ulong EpochOf(ulong number) => (number - 1) / EpochLength;

    private static IEnumerable<ulong> Numbers(ulong first, ulong last)
    {
        for (ulong number = first; number <= last; number++) yield return number;
    }

    private static IEnumerable<object[]> Events(Validator witness, ulong number, AbiEvent kind)
    {
        foreach (LogEntry log in witness.Chain.Tree.ReceiptsOf(witness.Chain.Tree.HeaderByNumber(number)!.Hash)![0].Logs)
        {
            if (log.Address == SystemContracts.Availability && kind.TryDecode(log, out object[]? values)) yield return values;
        }
    }

    private static (uint Producer, uint Round) ProposalOf(Validator witness, ulong number) =>
        PorExtraData.TryDecode(witness.Chain.Tree.HeaderByNumber(number)!.ExtraData.Span, out PorExtraData? extra)
            ? (extra.Value.Producer, extra.Value.Round) : throw new InvalidOperationException($"Block {number} has no PoR extra data.");

    private static UInt256 MaxMissesAt(Validator witness, ulong number) =>
        new WorkContract(witness.Chain.Contracts.At(witness.Chain.Tree.HeaderByNumber(number)!.Hash)!, SystemContracts.Work).TryParameters(out UInt256[] p)
            ? p[WorkParameters.ByName("maxMisses")!.Id] : throw new InvalidOperationException("Work does not answer.");

    private static BondState BondAt(Validator witness, ulong number) =>
        new AvailabilityContract(witness.Chain.Contracts.At(witness.Chain.Tree.HeaderByNumber(number)!.Hash)!).TryBond(Subject, out BondState bond)
            ? bond : throw new InvalidOperationException("Availability does not answer.");
}
