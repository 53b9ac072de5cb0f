using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.State;
using BpDao.Testing;
using Xunit;

namespace BpDao.EthereumTests.RealBlocks;

/// <summary>Blocks of mainnet on the part of the state that they need: gas, bloom, every receipt with its state root, and the state after the
/// block with its rewards must come out again.</summary>
public sealed class RealStateTests
{
    private const string Archive = "real-mainnet.zip";

    private static readonly EthereumEcdsa Ecdsa = new(Secp256k1.Default);
    private static readonly BlockProcessor Processor = new(Mainnet.Specs, TransactionProcessor.Create(), Ecdsa, Mainnet.Rules);

    /// <summary>The archive brings no code. These blocks call contracts whose code no archive here has; when one comes to have it, its number
    /// must go from this list.</summary>
    private static readonly ulong[] WithoutCode =
    [
        49_439, 49_891, 50_111, 78_458, 81_383, 81_666, 85_858, 196_647, 226_522, 231_501, 420_301, 512_335, 1_149_150, 1_317_742, 1_368_834,
        1_417_555, 1_927_662, 2_463_413, 2_675_002,
    ];

    public static TheoryData<string> BlocksWithCode() => StateBlocks(withCode: true);

    public static TheoryData<string> BlocksWithoutCode() => StateBlocks(withCode: false);

    public static TheoryData<string> StatelessBlocks() => RealBlock.Paths(Archive, "stateless/", "_block.json");

    [FixtureTheory(Archive, MainnetCode.Tracers)]
    [MemberData(nameof(BlocksWithCode))]
    public void A_block_leads_to_its_state(string path)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, path);
        WitnessBlock read = WitnessBlock.ReadRlp(file.RootElement);
        CheckData(read, file.RootElement);
        CheckExecution(read);
    }

    [FixtureTheory(Archive, MainnetCode.Tracers)]
    [MemberData(nameof(BlocksWithoutCode))]
    public void A_block_without_its_code_is_not_executed_and_has_its_header_transactions_and_senders(string path)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, path);
        WitnessBlock read = WitnessBlock.ReadRlp(file.RootElement);
        CheckData(read, file.RootElement);
        Assert.Throws<MissingCodeException>(() => CheckExecution(read));
    }

    [FixtureTheory(Archive)]
    [MemberData(nameof(StatelessBlocks))]
    public void A_witness_of_another_client_is_enough_for_its_block(string path)
    {
        using JsonDocument file = Fixtures.ReadJson(Archive, path);
        using JsonDocument witness = Fixtures.ReadJson(Archive, path.Replace("_block", "_witness", StringComparison.Ordinal));
        WitnessBlock read = WitnessBlock.ReadRpc(file.RootElement, witness.RootElement);
        CheckData(read, file.RootElement);
        CheckExecution(read);
    }

    private static TheoryData<string> StateBlocks(bool withCode) =>
    [
        .. ((IEnumerable<object[]>)RealBlock.Paths(Archive, "state-blocks/", ".json")).Select(row => (string)row[0])
            .Where(path => withCode != WithoutCode.Any(number => path == $"state-blocks/{number}.json")),
    ];

    private static void CheckData(WitnessBlock read, JsonElement file)
    {
        (Block block, BlockHeader parent) = (read.Block, read.Parent);
        Assert.Equal(file.GetProperty("hash").GetString(), block.Hash.ToString());
        Assert.Equal(block.Header.TransactionsRoot, OrderedTrie.Root([.. block.Transactions.Select(t => (ReadOnlyMemory<byte>)TransactionCodec.Encode(t))]));
        foreach (IHeaderRule rule in Mainnet.Rules.HeaderRules) Assert.Equal(BlockVerdict.Valid, rule.Validate(block.Header, parent));

        IReleaseSpec spec = Mainnet.Specs.GetSpec(block.Header);
        Assert.All(block.Transactions, t => Assert.True(Ecdsa.TryRecoverSender(t, out _, allowHighS: !spec.IsHomestead)));
    }

    private static void CheckExecution(WitnessBlock read)
    {
        (Block block, BlockHeader parent) = (read.Block, read.Parent);
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
