using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.State;
using BpDao.Testing;
using Xunit;
using Xunit.Abstractions;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>Blocks of mainnet on the part of the state that they need: gas, bloom, every receipt with its state root, and the state after the
/// block with its rewards must come out again.</summary>
public sealed class RealStateTests(ITestOutputHelper output)
{
    private const string Archive = "real-mainnet.zip";

    private static readonly EthereumEcdsa Ecdsa = new(Secp256k1.Default);
    private static readonly BlockProcessor Processor = new(Mainnet.Specs, TransactionProcessor.Create(), Ecdsa, Mainnet.Rules);

    public static TheoryData<string> StateBlocks() => RealBlock.Paths(Archive, "state-blocks/", ".json");

    public static TheoryData<string> StatelessBlocks() => RealBlock.Paths(Archive, "stateless/", "_block.json");

    /// <summary>The archive has no code. Where a block calls some that no other archive has either, its header, transactions and senders are
    /// checked, and the output says what is missing.</summary>
    [FixtureTheory(Archive)]
    [MemberData(nameof(StateBlocks))]
    public void A_block_leads_to_its_state(string path)
    {
        if (MissingCodeOf(path) is { } missing) output.WriteLine($"{path}: not executed, {missing}");
    }

    /// <summary>Lest the test above pass over all of them.</summary>
    [FixtureFact(Archive)]
    public void A_good_part_of_the_blocks_can_be_executed()
    {
        string[] paths = [.. ((IEnumerable<object[]>)StateBlocks()).Select(row => (string)row[0])];
        string[] missing = [.. paths.Where(path => MissingCodeOf(path) is not null)];
        output.WriteLine($"{paths.Length - missing.Length} of {paths.Length} executed; without code: {string.Join(", ", missing)}");
        Assert.True(missing.Length <= paths.Length * 2 / 3);
    }

    [FixtureTheory(Archive)]
    [MemberData(nameof(StatelessBlocks))]
    public void A_witness_of_another_client_is_enough_for_its_block(string path)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, path);
        using JsonDocument witness = Fixtures.ReadJson(Archive, path.Replace("_block", "_witness", StringComparison.Ordinal));
        Check(WitnessBlock.ReadRpc(file.RootElement, witness.RootElement), file.RootElement);
    }

    private static string? MissingCodeOf(string path)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, path);
        try
        {
            Check(WitnessBlock.ReadRlp(file.RootElement), file.RootElement);
            return null;
        }
        catch (MissingCodeException e)
        {
            return e.Message;
        }
    }

    private static void Check(WitnessBlock read, JsonElement file)
    {
        (Block block, BlockHeader parent) = (read.Block, read.Parent);
        Assert.Equal(file.GetProperty("hash").GetString(), block.Hash.ToString());
        Assert.Equal(block.Header.TransactionsRoot, OrderedTrie.Root([.. block.Transactions.Select(t => (ReadOnlyMemory<byte>)TransactionCodec.Encode(t))]));
        foreach (IHeaderRule rule in Mainnet.Rules.HeaderRules) Assert.Equal(BlockVerdict.Valid, rule.Validate(block.Header, parent));

        IReleaseSpec spec = Mainnet.Specs.GetSpec(block.Header);
        Assert.All(block.Transactions, t => Assert.True(Ecdsa.TryRecoverSender(t, out _, allowHighS: !spec.IsHomestead)));

        WitnessState state = new(parent.StateRoot, read.Content);
        BlockVerdict verdict = Processor.Process(block, state, new Ancestors(parent), state.RootAfter, null, null, CancellationToken.None, out ProcessedBlock? processed);

        Assert.Equal(BlockVerdict.Valid, verdict);
        Assert.Equal(block.Header.GasUsed, processed!.GasUsed);
        Assert.Equal(block.Header.LogsBloom, processed.Bloom);
        Assert.Equal(block.Header.ReceiptsRoot, OrderedTrie.Root([.. processed.Receipts.Select(r => (ReadOnlyMemory<byte>)ReceiptCodec.Encode(r))]));
        Assert.Equal(block.Header.StateRoot, state.RootAfter(processed.Diff));
    }

    /// <summary>No block here asks for more than its parent.</summary>
    private sealed class Ancestors(BlockHeader parent) : IBlockHashProvider
    {
        public Hash256 GetBlockHash(ulong number) =>
            number == parent.Number ? parent.Hash : throw new InvalidDataException($"The hash of block {number} is asked for and not known.");
    }
}
