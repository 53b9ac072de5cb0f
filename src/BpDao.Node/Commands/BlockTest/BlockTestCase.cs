using System.Text.Json;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;
using BpDao.State;

namespace BpDao.Node.Commands.BlockTest;

/// <summary>One official block test: a first state, blocks good and bad, and what the chain is after them.</summary>
internal sealed class BlockTestCase(string name, JsonElement test, BlockTestParts parts) : ITestCase
{
    public string Name => name;

    public string Fork { get; } = test.GetProperty("network").GetString() ?? "";

    public TestOutcome Run()
    {
        ulong chainId = Reading(() =>
            test.TryGetProperty("config", out JsonElement config) && config.TryGetProperty("chainid", out JsonElement id) ? TestNumbers.Long(id) : 1);
        if (!TestNetwork.TryParse(Fork, chainId, out TestNetwork? network))
        {
            return new TestOutcome(Name, Fork, TestVerdict.Skipped, $"no fork is called '{Fork}'");
        }

        foreach (ForkActivation activation in network.Schedule.Activations) ForkRequirements.Check(activation.Fork);
        List<BlockRefusal> refusals = [];
        return TestOutcome.Of(Name, Fork, Difference(network, Reading(() => BlockTestContent.Read(test, Fork, network)), refusals)) with { Details = w => BlockRefusal.WriteAll(w, refusals) };
    }

    /// <summary>Null when the chain is what the test says.</summary>
    private string? Difference(TestNetwork network, BlockTestContent content, List<BlockRefusal> refusals)
    {
        using BlockTestChain? chain = BlockTestChain.Begin(content.Genesis, network, content.ChecksWork, parts, out string? error);
        if (chain is null) return error;
        for (int index = 0; index < content.Blocks.Count; index++)
        {
            if (Import(chain, content.Blocks[index], index, refusals) is { } difference) return difference;
        }

        return chain.Head.Hash == content.Last
            ? DifferenceOfState(chain, content)
            : $"the head is block {chain.Head.Number} {chain.Head.Hash}, expected {content.Last}";
    }

    private static string? Import(BlockTestChain chain, (byte[] Rlp, string? Expected) given, int index, List<BlockRefusal> refusals)
    {
        (byte[] rlp, string? expected) = given;
        BlockVerdict verdict = BlockCodec.TryDecode(rlp, out Block? block)
            ? chain.Import(block!)
            : new(BlockError.MalformedBlock, "cannot be decoded");
        if (verdict.IsValid || verdict.Error == BlockError.AlreadyKnown) return expected is null ? null : $"block {index} was accepted, expected {expected}";

        BlockRefusal refusal = new(index, block, verdict, expected);
        refusals.Add(refusal);
        if (expected is null) return $"block {index} was refused: {refusal.Verdict}";
        return refusal.IsOfExpectedKind ? null : $"block {index} was refused with {refusal.Verdict}, expected {expected}";
    }

    /// <summary>The root tells that something differs; the accounts tell what.</summary>
    private static string? DifferenceOfState(BlockTestChain chain, BlockTestContent content)
    {
        if (content.Post is not { } expected) return chain.Head.StateRoot == content.PostRoot ? null : $"state root {chain.Head.StateRoot}, expected {content.PostRoot}";
        if (TestAccount.StateOf(expected).Root == chain.Head.StateRoot) return null;
        using StateView state = chain.OpenState();
        foreach ((Address address, TestAccount wanted) in expected)
        {
            if (!state.TryGetAccount(address, out Account account)) return $"{address} is missing";
            if (account.Balance != wanted.Balance) return $"{address} has {account.Balance}, expected {wanted.Balance}";
            if (account.Nonce != wanted.Nonce) return $"{address} has nonce {account.Nonce}, expected {wanted.Nonce}";
            if (account.CodeHash != Keccak256.Hash(wanted.Code.Span)) return $"{address} has other code";
            foreach ((UInt256 slot, UInt256 value) in wanted.Storage)
            {
                if (state.GetStorage(address, slot) is var found && found != value) return $"{address}[{slot}] is {found}, expected {value}";
            }
        }

        return "there are accounts or slots that the test does not list";
    }

    private T Reading<T>(Func<T> read) => TestInputException.Reading($"test {Name}", read);
}
