using BpDao.Blockchain.Archives;
using BpDao.Blockchain.Tests.Archives;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db;
using BpDao.Testing;
using BpDao.Testing.Chains;
using BpDao.Testing.Db;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class ArchiveImportTests
{
    private static readonly IReadOnlyList<Block> Blocks = SealedChain.Blocks(9);

    [Fact]
    public void Blocks_of_both_formats_are_executed_and_stored()
    {
        foreach (byte[] file in (byte[][])[SealedChain.Rlp(Blocks), SealedChain.Era1(Blocks)])
        {
            using TestChain chain = new();
            Counter counter = new();

            Assert.Null(Import(chain, file, counter));
            Assert.Equal(Blocks[^1].Hash, chain.Head.Hash);
            Assert.Equal((9ul, 1ul), (counter.New, counter.Known));
            Assert.Equal(Blocks[^1].Transactions, chain.Tree.BlockByNumber(9)!.Transactions);
        }
    }

    [Fact]
    public void What_is_there_already_is_not_executed_again()
    {
        using TestChain chain = new();
        Assert.Null(Import(chain, SealedChain.Rlp(Blocks.Take(5)), new Counter()));
        (Counter rest, Counter again) = (new(), new());

        Assert.Null(Import(chain, SealedChain.Rlp(Blocks), rest));
        Assert.Null(Import(chain, SealedChain.Rlp(Blocks), again));

        Assert.Equal((5ul, 5ul), (rest.New, rest.Known));
        Assert.Equal((0ul, 10ul), (again.New, again.Known));
    }

    [Fact]
    public void Blocks_that_do_not_follow_are_refused()
    {
        using TestChain chain = new();

        string? fault = Import(chain, SealedChain.Rlp(Blocks.Skip(4)), new Counter());

        Assert.StartsWith($"block 4 does not follow the head, which is block 0 {chain.Head.Hash}", fault, StringComparison.Ordinal);
        Assert.Equal(0ul, chain.Head.Number);
    }

    [Fact]
    public void Another_network_is_told_by_its_first_block()
    {
        using TestChain chain = new(new ChainSpecBuilder().Fund(Address.FromNumber(1), 1).Done());

        string? fault = Import(chain, SealedChain.Rlp(Blocks), new Counter());

        Assert.Equal($"block 0 is {Blocks[0].Hash}, this chain begins with {chain.Head.Hash}: it is of another network", fault);
    }

    [Fact]
    public void An_era_whose_difficulties_are_not_the_chains_is_refused()
    {
        using TestChain chain = new();

        string? fault = Import(chain, SealedChain.Era1([.. Blocks.Skip(1)], before: 5), new Counter());

        Assert.Equal("block 1: its total difficulty is 5, on this chain it is 0", fault);
        Assert.Equal(0ul, chain.Head.Number);
    }

    [Fact]
    public void A_bad_block_ends_it_and_those_before_stay()
    {
        Block bad = new(Blocks[6].Header with { StateRoot = default }, Blocks[6].Body);
        using TestChain chain = new();

        string? fault = Import(chain, SealedChain.Rlp([.. Blocks.Take(6), bad, .. Blocks.Skip(7)]), new Counter());

        Assert.StartsWith($"block 6 {bad.Hash} is refused: InvalidStateRoot", fault, StringComparison.Ordinal);
        Assert.Equal(Blocks[5].Hash, chain.Head.Hash);
    }

    /// <summary>What is worked on ahead of the judgement may be dear, so it hangs together.</summary>
    [Fact]
    public void Nothing_is_anticipated_of_blocks_that_do_not_hang_together()
    {
        BlockHeader first = Blocks[1].Header with { Number = 959_999_999 }, later = Blocks[3].Header with { Number = 959_999_999 };
        List<ulong> heard = [];

        Assert.Equal(
            $"block 959999999 does not follow block 0 {Blocks[0].Hash}: its parent is {Blocks[0].Hash}",
            ImportOne([Blocks[0], new Block(first, Blocks[1].Body)]));
        Assert.Equal(
            $"block 959999999 does not follow block 2 {Blocks[2].Hash}: its parent is {Blocks[2].Hash}",
            ImportOne([.. Blocks.Take(3), new Block(later, Blocks[3].Body)]));
        Assert.Equal([1ul, 2ul], heard);

        string? ImportOne(IEnumerable<Block> blocks)
        {
            using TestChain chain = new();
            return Import(chain, SealedChain.Rlp(blocks), new Counter(), new Listener(chain.Rules, heard));
        }
    }

    [Fact]
    public void A_body_that_cannot_be_read_ends_it_and_those_before_stay()
    {
        byte[] file = SealedChain.Rlp(Blocks);
        file[SealedChain.Rlp(Blocks.Take(4)).Length - 1] = 0xc1; // where block 3 has its withdrawals
        using TestChain chain = new();

        Assert.Equal($"block 3 {Blocks[3].Hash}: its body is unreadable", Import(chain, file, new Counter()));
        Assert.Equal(2ul, chain.Head.Number);
    }

    /// <summary>Blocks are written behind the back of their execution. Whatever a power cut takes, an earlier block is the head and the import
    /// goes on from there.</summary>
    [Fact]
    public void After_a_power_cut_before_any_write_the_import_goes_on()
    {
        bool crashed = true;
        for (int write = 1; crashed; write++)
        {
            using CrashSimulatingDb machine = new() { CrashBeforeWrite = write };
            crashed = Record.Exception(() => ImportAll(machine)) is DbException;
            Assert.Equal(crashed, machine.HasCrashed);
            if (!crashed) continue;
            using CrashSimulatingDb disk = machine.AfterPowerLoss();
            Assert.Null(ImportAll(disk));
            using TestChain chain = new(db: disk);
            Assert.Equal(Blocks[^1].Hash, chain.Head.Hash);
        }
    }

    [Fact]
    public void When_it_returns_everything_is_synced()
    {
        using CrashSimulatingDb machine = new();
        ImportAll(machine);
        Assert.Equal(0, machine.UnsyncedWrites);
    }

    private static string? ImportAll(IDb disk) => Import(new TestChain(db: disk), SealedChain.Rlp(Blocks), new Counter());

    private static string? Import(TestChain chain, byte[] file, Counter counter, IConsensusRules? rules = null)
    {
        using BlockArchive archive = SealedChain.Open(file);
        ArchiveImport import = new(chain.Tree, chain.Importer, new SenderRecovery(Build.Ecdsa), chain.Specs, rules ?? chain.Rules);
        return import.Run(archive, counter, CancellationToken.None);
    }

    /// <summary>Notes which blocks are anticipated.</summary>
    private sealed class Listener(IConsensusRules rules, List<ulong> heard) : IConsensusRules
    {
        public IReadOnlyList<IHeaderRule> HeaderRules => rules.HeaderRules;

        public IForkChoice ForkChoice => rules.ForkChoice;

        public void Anticipate(IReadOnlyList<Block> blocks) => heard.AddRange(blocks.Select(b => b.Number));

        public BlockVerdict ValidateBeforeExecution(Block block, BlockHeader parent, IContractCaller parentState) =>
            rules.ValidateBeforeExecution(block, parent, parentState);

        public BlockVerdict ValidateAfterExecution(Block block, IReadOnlyList<Receipt> receipts) => rules.ValidateAfterExecution(block, receipts);

        public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate, BlockHeader parent, IContractCaller parentState) =>
            rules.ValidateCertificate(header, certificate, parent, parentState);

        public BlockVerdict ValidateCertificate(BlockHeader header, ReadOnlySpan<byte> certificate) => rules.ValidateCertificate(header, certificate);

        public IReadOnlyList<EngineRecord> RecordsOf(
            Block block, BlockHeader parent, IContractCaller parentState, IReadOnlyList<Receipt> receipts) => rules.RecordsOf(block, parent, parentState, receipts);

        public IReadOnlyList<BlockReward> Rewards(Block block) => rules.Rewards(block);
    }

    private sealed class Counter : IImportObserver
    {
        public ulong New { get; private set; }

        public ulong Known { get; private set; }

        public void AlreadyThere(ulong count) => Known += count;

        public void Imported(Block block) => New++;
    }
}
