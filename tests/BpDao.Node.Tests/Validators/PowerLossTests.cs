using BpDao.Consensus.Por.Contracts;
using BpDao.Core;
using BpDao.Specs;
using BpDao.State;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Node.Tests.Validators;

/// <summary>One of four validators loses power in front of each write of a height, one after the other, and starts again from what was
/// synced (protocol rule 4.6).</summary>
[Collection(nameof(Devnet))]
public sealed class PowerLossTests(ITestOutputHelper output)
{
    // Named early and often by the devnet's first draws, so that its turns need not be waited for.
    private const int Subject = 2;

    // A height takes a handful of writes, unless rounds fail; or none but the block, when the others were quicker.
    private const int MostWrites = 24;
    private const int MostHeights = 100;

    /// <param name="leads">At heights whose first proposal is its own, or another's.</param>
    /// <param name="isCut">What it says at that height, until it is back, reaches nobody.</param>
    /// <param name="leastWrites">Proposal, first vote, second vote, block.</param>
    [Theory]
    [InlineData(true, false, 4)]
    [InlineData(true, true, 3)]
    [InlineData(false, false, 3)]
    [InlineData(false, true, 3)]
    public async Task Power_lost_in_front_of_any_write_of_a_height_contradicts_nothing_that_was_said(bool leads, bool isCut, int leastWrites)
    {
        await using Devnet devnet = new(speed: 2);
        await LosePowerInFrontOfEachWrite(devnet, leads, isCut, syncsSafety: true, leastWrites);
        Assert.Empty(devnet.Words[Subject].Contradictions);
        Assert.True(devnet[Subject].Engine.Status is { TakesPart: true, Alarm: null }, devnet[Subject].Engine.Status.ToString());
    }

    /// <summary>The negative control: what the test above looks for is there when the safety store forgets to sync.</summary>
    [Fact]
    public async Task Without_the_sync_of_the_safety_store_a_power_loss_makes_a_validator_contradict_itself()
    {
        await using Devnet devnet = new(speed: 1);
        await LosePowerInFrontOfEachWrite(devnet, leads: true, isCut: true, syncsSafety: false, leastWrites: 3);
        IReadOnlyList<string> contradictions = devnet.Words[Subject].Contradictions;
        foreach (string contradiction in contradictions) output.WriteLine(contradiction);
        Assert.NotEmpty(contradictions);
    }

    /// <summary>Ends at a height that has no more writes, though never before so many, or where contradictions are found.</summary>
    private async Task LosePowerInFrontOfEachWrite(Devnet devnet, bool leads, bool isCut, bool syncsSafety, int leastWrites)
    {
        PowerCut cut = new(devnet, leads, isCut);
        for (int slot = 0; slot < devnet.Count; slot++) Start(slot);
        await devnet.AllReachAsync(2);
        int write = 0;
        for (int heights = 0; write < MostWrites && devnet.Words[Subject].Contradictions.Count == 0; heights++)
        {
            Assert.True(heights < MostHeights, $"no height had more than {write} writes");
            cut.Arm(write);
            Task first = await Task.WhenAny(devnet[Subject].Running, cut.Survived).WaitAsync(TimeSpan.FromMinutes(4));
            if (first == cut.Survived && write >= leastWrites) return;
            if (first == cut.Survived) continue;
            Assert.True(devnet[Subject].Machine.HasCrashed, devnet[Subject].Running.Exception?.ToString());

            int words = devnet.Words[Subject].Count;
            await devnet.CutPowerAsync(Subject);
            Start(Subject);
            await devnet.AllReachAsync(cut.Height + 1);
            AssertOneChain(devnet, cut.Height + 1);
            output.WriteLine($"write {write} of block {cut.Height}: {words} words before, {devnet.Words[Subject].Count} after it is back at block {devnet[Subject].Height}");
            write++;
        }

        void Start(int slot) => devnet.Start(slot, syncsSafety || slot != Subject, onCommitted: slot == Subject ? cut.OnCommitted : null);
    }

    private static void AssertOneChain(Devnet devnet, ulong head)
    {
        for (ulong number = head - 2; number <= head; number++)
        {
            BlockHeader[] headers = [.. Enumerable.Range(0, devnet.Count).Select(slot => devnet[slot].Chain.Tree.HeaderByNumber(number)!)];
            Assert.Single(headers.Select(h => h.Hash).Distinct());
            using StateView? state = devnet[Subject].Chain.States.OpenView(headers[0].StateRoot);
            Assert.NotNull(state);
        }
    }

    /// <summary>Waits for a height that suits, and ends the subject's machine in front of one of its writes.</summary>
    private sealed class PowerCut(Devnet devnet, bool leads, bool isCut)
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _survived = new();
        private int? _write;
        private bool _isUnderWay;

        /// <summary>Where the power fails.</summary>
        public ulong Height { get; private set; }

        /// <summary>Ends when the height has no such write.</summary>
        public Task Survived
        {
            get
            {
                lock (_lock) return _survived.Task;
            }
        }

        public void Arm(int write)
        {
            lock (_lock) (_write, _isUnderWay, _survived) = (write, false, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        /// <summary>Runs between the last write of one height and the first of the next.</summary>
        public void OnCommitted(Validator subject, Block block)
        {
            lock (_lock)
            {
                if (_isUnderWay && block.Number == Height) End(subject);
                else if (_write is { } write && !_isUnderWay && Leads(subject, block) == leads) Begin(subject, block, write);
            }
        }

        private void Begin(Validator subject, Block parent, int write)
        {
            (_isUnderWay, Height) = (true, parent.Number + 1);
            subject.Wire.IsCut = isCut;
            // Only this pool has it, and a pool does not survive: a second proposal would be another block.
            subject.Chain.Pool.Submit(Build.Transaction().From(devnet.Account).WithNonce(subject.Chain.NonceOf(devnet.Account.Address)).Signed());
            subject.Machine.CrashBeforeWrite = subject.Machine.Writes + write;
        }

        private void End(Validator subject)
        {
            subject.Machine.CrashBeforeWrite = null;
            subject.Wire.IsCut = false;
            _write = null;
            _survived.TrySetResult();
        }

        private static bool Leads(Validator subject, Block parent) =>
            new WorkContract(subject.Chain.Contracts.At(parent.Hash)!, SystemContracts.Work).TryProducerAt(parent.Number + 1, 0, out uint slot)
                ? slot == Subject : throw new InvalidOperationException("Work does not answer.");
    }
}

/// <summary>These networks keep a clock: they run alone.</summary>
[CollectionDefinition(nameof(Devnet), DisableParallelization = true)]
public sealed class DevnetCollection;
