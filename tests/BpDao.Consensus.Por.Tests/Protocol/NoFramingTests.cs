using BpDao.Consensus.Por.Evidence;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.Consensus.Por.Tests.Protocol;

/// <summary>Theorem A2: slot 1 is honest and everybody else, with a quorum of their own, does what he likes; power fails at any write, and after it the
/// program may find valid what it found invalid before. Nothing that leaves the node in all its lives is evidence against it.</summary>
public sealed class NoFramingTests(ITestOutputHelper output)
{
    private const int Schedules = 1500;
    private const int Steps = 60;
    private const uint Rounds = 4;

    private static readonly Bench Four = TestBench.Equal(4);
    private static readonly uint[] Cheats = [0, 2, 3];

    [Fact]
    public void No_schedule_of_crashes_and_of_a_cheating_quorum_yields_evidence_against_an_honest_node()
    {
        int spoken = 0;
        for (int seed = 0; seed < Schedules; seed++)
        {
            Schedule schedule = new(seed, VotingRules.Default);
            EvidenceItem? found = schedule.Run();
            Assert.True(found is null, $"seed {seed}: {found}");
            spoken += schedule.Spoken;
        }

        Assert.True(spoken > Schedules * 4, $"only {spoken} statements: these lives are too quiet");
    }

    public static TheoryData<string, IVotingRules, bool> Mutations => new()
    {
        { "first votes in any round", new Mutation { FirstVote = (_, _) => true }, true },
        { "second votes in any round", new Mutation { SecondVote = (_, _) => true }, true },
        { "second votes after the timeout", new Mutation { SecondVote = (r, round) => round >= r.CurrentRound && round > r.LastVote2Round }, true },
        { "timeouts that claim nothing", new Mutation { Claim = _ => null }, true },
        { "no sync", VotingRules.Default, false },
    };

    /// <summary>The negative controls: each rule left out must be seen.</summary>
    [Theory]
    [MemberData(nameof(Mutations))]
    public void Without_a_rule_some_schedule_convicts(string without, IVotingRules rules, bool syncs)
    {
        int at = Enumerable.Range(0, Schedules).FirstOrDefault(seed => new Schedule(seed, rules, syncs).Run() is not null, -1);
        Assert.True(at >= 0, $"{without}: not seen in {Schedules} schedules");
        output.WriteLine($"figure: {without}: caught within {at + 1} runs of one honest key among cheats");
    }

    private sealed class Schedule
    {
        private readonly Random _random;
        private readonly IVotingRules _rules;
        private readonly CrashableSafetyStore _store;
        private readonly StatementBook _book = new();
        private readonly Block[] _blocks;
        private EvidenceItem? _found;
        private LocalNode _node = null!;
        private int _heard;

        public Schedule(int seed, IVotingRules rules, bool syncs = true)
        {
            (_random, _rules, _store) = (new Random(seed), rules, new CrashableSafetyStore(syncs));
            _blocks = [.. Enumerable.Range(0, (int)Rounds * 2).Select(i => TestBench.Block(1, TestBench.GenesisHash, (uint)i / 2, (uint)i / 2, i % 2))];
        }

        public int Spoken { get; private set; }

        public EvidenceItem? Run()
        {
            Live(() => { });
            for (int step = 0; step < Steps && _found is null; step++)
            {
                _store.BeforeWrite = _store.AfterWrite = _random.Next(12) == 0 ? _ => throw new PowerCut() : null;
                Live(Act);
            }

            return _found;
        }

        // A power cut ends a life; the next begins on what was synced.
        private void Live(Action act)
        {
            try
            {
                if (_node is null) Begin();
                act();
                Listen();
                if (_random.Next(20) == 0) throw new PowerCut();
            }
            catch (PowerCut)
            {
                Listen();
                (_store.BeforeWrite, _store.AfterWrite) = (null, null);
                _store.PowerCut();
                Begin();
                Listen();
            }
        }

        private void Begin()
        {
            // Deterministic in a life, and perhaps mended in the next.
            int opinions = _random.Next(1 << _blocks.Length);
            _heard = 0;
            _node = new LocalNode(1, Four, _store, b => Opinion(b, opinions), _rules).Start();
        }

        private Judgement Opinion(Block block, int opinions)
        {
            int index = Array.FindIndex(_blocks, b => b.Hash == block.Hash);
            return index < 0 || (opinions & (1 << index)) != 0 || _random.Next(4) > 0 ? Judgement.Valid : Judgement.Invalid;
        }

        private void Listen()
        {
            if (_node is null) return;
            foreach (PorMessage message in _node.Spoken.Skip(_heard))
            {
                SignedStatement? said = message switch
                {
                    Proposal p => SignedStatement.Of(p, 1),
                    Vote v => SignedStatement.Of(v),
                    TimeoutMessage t => SignedStatement.Of(t),
                    _ => null,
                };
                if (message is Proposal { Justification.HighBlockHash: { } must } own && own.Block.Hash != must)
                {
                    _found ??= EvidenceItem.IgnoredQc(said!, own.Justification);
                }

                if (said is null) continue;
                Spoken++;
                foreach (EvidenceItem item in _book.Add(said)) _found ??= item;
            }

            _heard = _node.Spoken.Count;
        }

        private void Act()
        {
            uint round = (uint)_random.Next((int)Rounds);
            Block block = _blocks[_random.Next(_blocks.Length)];
            uint cheat = Cheats[_random.Next(Cheats.Length)];
            switch (_random.Next(9))
            {
                case 0:
                    _node.Receive(TestBench.Proposal(1, 0, _blocks[_random.Next(2)], null, 0), 0);
                    break;
                case 1 when round is not 0:
                    TimeoutCertificate tc = GaveUp(round - 1, QcOrNone(round - 1, block));
                    Block shown = tc.HighBlockHash is null ? _blocks[((int)round * 2) + _random.Next(2)] : block;
                    _node.Receive(TestBench.Proposal(1, round, shown, tc, round), round);
                    break;
                case 2:
                    _node.Receive(new BlockCertificateMessage(Qc(round, block)), cheat);
                    _node.Receive(new BlockMessage(block), cheat);
                    break;
                case 3:
                    _node.ReceiveVotes(_random.Next(3) switch { 0 => MessageKind.Vote1Against, 1 => MessageKind.Vote2, _ => MessageKind.Vote1For }, round, block.Hash, cheat);
                    break;
                case 4:
                    _node.ReceiveTimeouts(round, QcOrNone(round, block), cheat);
                    break;
                case 5:
                    _node.Receive(new TimeoutCertificateMessage(0, 1, GaveUp(round, QcOrNone(round, block))), cheat);
                    break;
                case 6:
                    _node.Expire();
                    break;
                case 7:
                    _node.BlockTime();
                    break;
                case 8:
                    _node.ResendTime();
                    break;
            }
        }

        private BlockCertificate? QcOrNone(uint upTo, Block block) => _random.Next(2) == 0 ? null : Qc((uint)_random.Next((int)upTo + 1), block);

        private static BlockCertificate Qc(uint round, Block block) => TestBench.Certificate(MessageKind.Vote1For, 1, round, block.Hash, Cheats);

        private static TimeoutCertificate GaveUp(uint round, BlockCertificate? qc) =>
            TestBench.TimeoutCertificate(1, round, [.. Cheats.Select(s => TestBench.Timeout(1, round, s, qc))]);
    }

    private sealed class Mutation : IVotingRules
    {
        private static readonly IVotingRules Sound = VotingRules.Default;

        public Func<SafetyRecord, uint, bool>? FirstVote { get; init; }

        public Func<SafetyRecord, uint, bool>? SecondVote { get; init; }

        public Func<SafetyRecord, BlockCertificate?>? Claim { get; init; }

        public Hash256? MustRepropose(TimeoutCertificate? justification) => Sound.MustRepropose(justification);

        public bool MayPropose(SafetyRecord record, uint round) => Sound.MayPropose(record, round);

        public bool MayVoteFirst(SafetyRecord record, uint round) => FirstVote?.Invoke(record, round) ?? Sound.MayVoteFirst(record, round);

        public bool MayVoteAgainst(SafetyRecord record, uint round) => FirstVote?.Invoke(record, round) ?? Sound.MayVoteAgainst(record, round);

        public bool MayVoteSecond(SafetyRecord record, uint round) => SecondVote?.Invoke(record, round) ?? Sound.MayVoteSecond(record, round);

        public bool MayGiveUp(SafetyRecord record, uint round) => Sound.MayGiveUp(record, round);

        public BlockCertificate? ClaimOf(SafetyRecord record) => Claim is null ? Sound.ClaimOf(record) : Claim(record);
    }

    private sealed class PowerCut : Exception;
}
