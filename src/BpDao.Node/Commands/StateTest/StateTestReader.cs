using System.Text.Json;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;

namespace BpDao.Node.Commands.StateTest;

/// <summary>Reads state tests of the two official formats: execution-spec-tests (one case a test) and ethereum/tests (many).</summary>
internal static class StateTestReader
{
    /// <summary>The cases of a file that are wanted; empty when it holds tests of another kind.</summary>
    /// <exception cref="FormatException">A state test with a value that cannot be read.</exception>
    public static List<StateTestCase> Read(JsonElement file, TestSelection selection)
    {
        List<StateTestCase> cases = [];
        foreach ((JsonProperty test, JsonProperty fork) in Posts(file, selection))
        {
            if (ForkNames.TryParse(fork.Name, out Fork known)) ReadCases(test, fork, known, cases);
        }

        return cases;
    }

    /// <summary>The tests of a file under forks that are not known here.</summary>
    public static IEnumerable<UnknownFork> ReadUnknown(JsonElement file, TestSelection selection) => Posts(file, selection)
        .Where(p => !ForkNames.TryParse(p.Fork.Name, out _)).Select(p => new UnknownFork(p.Test.Name, p.Fork.Name));

    /// <summary>Tests and forks that are wanted.</summary>
    private static IEnumerable<(JsonProperty Test, JsonProperty Fork)> Posts(JsonElement file, TestSelection selection)
    {
        if (file.ValueKind != JsonValueKind.Object) return [];
        return file.EnumerateObject().Where(test => IsStateTest(test.Value) && selection.WantsName(test.Name))
            .SelectMany(test => test.Value.GetProperty("post").EnumerateObject().Where(fork => selection.WantsFork(fork.Name)).Select(fork => (test, fork)));
    }

    private static bool IsStateTest(JsonElement test) =>
        test.ValueKind == JsonValueKind.Object
        && test.TryGetProperty("env", out _) && test.TryGetProperty("pre", out _)
        && test.TryGetProperty("transaction", out _) && test.TryGetProperty("post", out JsonElement post)
        && post.ValueKind == JsonValueKind.Object;

    private static void ReadCases(JsonProperty test, JsonProperty fork, Fork known, List<StateTestCase> cases)
    {
        IReleaseSpec spec = ReadSpec(test.Value, fork.Name, known);
        BlockContext block = ReadBlock(test.Value, spec);
        IReadOnlyDictionary<Address, TestAccount> pre = TestAccount.ReadAll(test.Value.GetProperty("pre"));
        foreach (JsonElement post in fork.Value.EnumerateArray())
        {
            TransactionVariant variant = TransactionVariant.Read(post.GetProperty("indexes"));
            cases.Add(new StateTestCase
            {
                Name = test.Name,
                Fork = fork.Name,
                Variant = variant.ToString(),
                Spec = spec,
                Block = block,
                Pre = pre,
                Transaction = variant.ReadTransaction(test.Value.GetProperty("transaction"), block.ChainId),
                TxBytes = post.TryGetProperty("txbytes", out JsonElement bytes) ? (ReadOnlyMemory<byte>?)TestNumbers.Bytes(bytes) : null,
                StateRoot = TestNumbers.Hash(post.GetProperty("hash")),
                LogsHash = TestNumbers.Hash(post.GetProperty("logs")),
                ExpectedException = post.TryGetProperty("expectException", out JsonElement expected) ? expected.GetString() : null,
                Post = post.TryGetProperty("state", out JsonElement state) ? TestAccount.ReadAll(state) : null,
            });
        }
    }

    private static ReleaseSpec ReadSpec(JsonElement test, string forkName, Fork fork)
    {
        ReleaseSpec spec = ReleaseSpec.Of(fork);
        if (!test.TryGetProperty("config", out JsonElement config)
            || !config.TryGetProperty("blobSchedule", out JsonElement schedules)
            || !schedules.TryGetProperty(forkName, out JsonElement schedule))
        {
            return spec;
        }

        return spec with
        {
            Blobs = new BlobSchedule(
                TestNumbers.Long(schedule.GetProperty("target")),
                TestNumbers.Long(schedule.GetProperty("max")),
                TestNumbers.Long(schedule.GetProperty("baseFeeUpdateFraction"))),
        };
    }

    /// <summary>Old files give the fields of later forks too; each counts from its fork on.</summary>
    private static BlockContext ReadBlock(JsonElement test, IReleaseSpec spec)
    {
        JsonElement env = test.GetProperty("env");
        bool hasChainId = test.TryGetProperty("config", out JsonElement config) && config.TryGetProperty("chainid", out _);
        return new BlockContext
        {
            ChainId = hasChainId ? TestNumbers.Long(config.GetProperty("chainid")) : 1,
            Number = TestNumbers.Long(env.GetProperty("currentNumber")),
            Timestamp = TestNumbers.Long(env.GetProperty("currentTimestamp")),
            Coinbase = TestNumbers.Address(env.GetProperty("currentCoinbase")),
            GasLimit = TestNumbers.Long(env.GetProperty("currentGasLimit")),
            BaseFee = spec.IsLondon && env.TryGetProperty("currentBaseFee", out JsonElement fee) ? TestNumbers.Word(fee) : UInt256.Zero,
            Difficulty = env.TryGetProperty("currentDifficulty", out JsonElement difficulty) ? TestNumbers.Word(difficulty) : UInt256.Zero,
            PrevRandao = spec.IsParis && env.TryGetProperty("currentRandom", out JsonElement random) ? TestNumbers.Hash(random) : Hash256.Zero,
            ExcessBlobGas = spec.IsCancun && env.TryGetProperty("currentExcessBlobGas", out JsonElement excess) ? TestNumbers.Long(excess) : 0,
            BlockHashes = NumberHashes.Instance,
        };
    }
}
