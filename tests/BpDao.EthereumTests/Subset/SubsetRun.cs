using System.Collections.Concurrent;
using System.Text.Json;
using BpDao.Core;
using BpDao.Node.Commands.BlockTest;
using BpDao.Node.Commands.Conformance;
using BpDao.Node.Commands.StateTest;
using BpDao.Testing;

namespace BpDao.EthereumTests.Subset;

/// <summary>The part of the official tests that every test run takes: a share of each archive by the hash of the tests' names, and the rare kinds
/// of block tests whole. <c>tools/conformance</c> runs everything.</summary>
public sealed class SubsetRun
{
    public const string StateEest = "state-eest-v5.4.0.zip", StateCancun = "state-legacy-cancun.zip", StateConstantinople = "state-legacy-constantinople.zip";
    public const string BlocksEest = "blockchain-eest-bal5.7.0.zip", BlocksLegacy = "blockchain-legacy.zip";

    private readonly ConcurrentDictionary<(Fork Fork, uint Number), bool> _answered = [];
    private readonly HashSet<string> _forks = [];
    private readonly Dictionary<string, (int Cases, List<string> Failures)> _archives = [];

    public SubsetRun()
    {
        if (Fixtures.Folder is null) return; // the tests over it are skipped
        Run(StateEest, new TracedStateTests(_answered), new TestShard(2, 12)); // the first share calls no G1 sum of products
        Run(StateCancun, new TracedStateTests(_answered), new TestShard(1, 40));
        Run(StateConstantinople, new TracedStateTests(_answered), new TestShard(1, 20));
        Run(BlocksEest, new BlockTestSuite(), new TestShard(1, 4));
        Run(BlocksLegacy, new BlockTestSuite(), new TestShard(1, 12));
    }

    /// <summary>Forks and transitions of the cases that ran, by the names of the tests.</summary>
    public IReadOnlySet<string> Forks => _forks;

    /// <summary>Whether the contract answered a call of a state test under a fork that has it.</summary>
    public bool Answered(uint number, Fork since) => _answered.Keys.Any(a => a.Number == number && a.Fork >= since);

    internal (int Cases, IReadOnlyList<string> Failures) Of(string archive) => _archives[archive];

    private void Run(string archive, ITestSuite suite, TestShard share)
    {
        using TestSource source = TestSource.Open(Path.Combine(Fixtures.Folder!, archive));
        int cases = 0;
        List<string> failures = [];
        TestRun run = new(new ShareAndRarities(suite, share), TestSelection.All, Environment.ProcessorCount);
        foreach (TestOutcome outcome in run.Run(source.Files).SelectMany(o => o))
        {
            if (outcome.Verdict == TestVerdict.Skipped) continue;
            cases++;
            _forks.Add(outcome.Fork);
            if (outcome.Verdict == TestVerdict.Failed) failures.Add($"{outcome.Name} {outcome.Fork} {outcome.Variant}: {outcome.Reason}");
        }

        _archives.Add(archive, (cases, failures));
    }

    /// <summary>A share of the cases, and all of the block tests that are too few to be shared out.</summary>
    private sealed class ShareAndRarities(ITestSuite all, TestShard share) : ITestSuite
    {
        public IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection) =>
        [
            .. all.Read(file, selection with { Shard = share }),
            .. all is BlockTestSuite ? all.Read(file, selection).Where(c => IsRare(c) && !share.Contains(c.Name)) : [],
        ];

        /// <summary>Two forks in one chain, or branches with proofs of work that overtake each other.</summary>
        private static bool IsRare(ITestCase test) =>
            !ForkNames.TryParse(test.Fork, out _) || test.Name.Contains("ChainAtoChainB", StringComparison.Ordinal);
    }

    private sealed class TracedStateTests(ConcurrentDictionary<(Fork, uint), bool> answered) : ITestSuite
    {
        private readonly StateTestRunner _runner = new();

        public IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection) =>
            [.. StateTestReader.Read(file, selection).Select(test => new Case(test, this))];

        private TestOutcome Run(StateTestCase test)
        {
            PrecompileCalls calls = new();
            StateTestOutcome outcome = _runner.Run(test, calls);
            foreach (uint number in calls.Answered) answered.TryAdd((test.Spec.Fork, number), true);
            return TestOutcome.Of(test.Name, test.Fork, outcome.Error) with { Variant = test.Variant };
        }

        private sealed class Case(StateTestCase test, TracedStateTests suite) : ITestCase
        {
            public string Name => test.Name;

            public string Fork => test.Fork;

            public TestOutcome Run() => suite.Run(test);
        }
    }
}
