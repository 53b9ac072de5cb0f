using BpDao.Core;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class BlockProcessingTests
{
    private static readonly Address BeaconRoots = Address.Parse("0x000f3df6d732807ef1319fb7b8bb8522d0beac02");
    private static readonly Address History = Address.Parse("0x0000f90827f1c53a10cb7a02335b175320002935");
    private static readonly Address Contract = Address.FromNumber(0xcafe), Pool = Address.FromNumber(0xb0da04);
    private static readonly UInt256 Ether = 1_000_000_000_000_000_000;

    [Fact]
    public void The_parent_beacon_block_root_is_in_the_state()
    {
        using TestChain chain = new();
        Hash256 root = Keccak256.Hash([1, 2, 3]);
        Block block = chain.Commit(chain.BuildNext(a => a with { ParentBeaconBlockRoot = root }));
        ulong slot = block.Header.Timestamp % 8191;
        Assert.Equal(block.Header.Timestamp, chain.StorageOf(BeaconRoots, slot));
        Assert.Equal(UInt256.FromHash(root), chain.StorageOf(BeaconRoots, slot + 8191));
    }

    [Fact]
    public void Parent_hashes_are_in_the_state()
    {
        using TestChain chain = new();
        Block first = chain.Seal(), second = chain.Seal();
        Assert.Equal(UInt256.FromHash(chain.Tree.Genesis.Hash), chain.StorageOf(History, 0));
        Assert.Equal(UInt256.FromHash(first.Hash), chain.StorageOf(History, 1));
        Assert.Equal(second.Header.ParentHash, first.Hash);
    }

    [Fact]
    public void Blocks_go_on_without_the_contracts_of_the_forks()
    {
        using TestChain chain = new(new ChainSpecBuilder().WithContract(BeaconRoots, TestContracts.Reverter).Done());
        Assert.Equal(1ul, chain.Seal(Build.Transaction().Signed()).Number);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_base_fee_goes_to_its_recipient_or_nowhere(bool credited)
    {
        ChainSpecBuilder spec = new();
        using TestChain chain = new((credited ? spec.WithBaseFeeRecipient(Pool) : spec).Done());
        Block block = chain.Seal(Build.Transaction().WithValue(Ether).WithFees(3_000_000_000, 1_000_000_000).Signed());

        UInt256 baseFee = (UInt256)21_000 * block.Header.BaseFeePerGas!.Value, tip = (UInt256)21_000 * 1_000_000_000;
        Assert.Equal((1000 * Ether) - Ether - baseFee - tip, chain.BalanceOf(TestKeys.A.Address));
        Assert.Equal(tip, chain.BalanceOf(ChainSpecBuilder.Producer));
        Assert.Equal(credited ? baseFee : UInt256.Zero, chain.BalanceOf(Pool));
    }

    [Fact]
    public void Withdrawals_are_credited_in_gwei()
    {
        using TestChain chain = new();
        Withdrawal[] withdrawals = [new(0, 7, Pool, 3), new(1, 7, Pool, 4), new(2, 7, Contract, 0)];
        Block block = chain.Commit(chain.BuildNext(a => a with { Withdrawals = withdrawals }));
        Assert.Equal((UInt256)7_000_000_000, chain.BalanceOf(Pool));
        Assert.False(chain.HeadInfo.TryGetAccount(Contract, out _));
        Assert.Equal(withdrawals, chain.Tree.BlockByHash(block.Hash)!.Body.Withdrawals);
    }

    [Fact]
    public void Receipts_add_up_and_read_back_as_they_were()
    {
        using TestChain chain = new(new ChainSpecBuilder()
            .WithContract(Contract, TestContracts.Logger).WithContract(Pool, TestContracts.Reverter).Done());
        byte[] deploys = [0x60, 0x00, 0x60, 0x00, 0xf3];
        Block block = chain.Seal(
            Build.Transaction().To(Contract).WithData(new byte[64]).WithGas(100_000).Signed(),
            Build.Transaction().WithNonce(1).To(Pool).WithValue(0).WithGas(100_000).Signed(),
            Build.Transaction().WithNonce(2).To(null).WithData(deploys).WithGas(100_000).Signed());

        IReadOnlyList<Receipt> receipts = chain.Tree.ReceiptsOf(block.Hash)!;
        Assert.Equal([true, false, true], receipts.Select(r => r.Success));
        Assert.Equal(block.Header.GasUsed, receipts[^1].CumulativeGasUsed);
        Assert.Equal(block.Header.GasUsed, (ulong)receipts.Sum(r => (decimal)r.GasUsed));
        Assert.Equal([1, 0, 0], receipts.Select(r => r.Logs.Count));
        Assert.Equal(block.Header.LogsBloom, receipts[0].Bloom);
        Assert.Equal(BodyRoots.OfReceipts(receipts), block.Header.ReceiptsRoot);
        Assert.Equal([null, null, ContractAddressOf(TestKeys.A.Address, 2)], receipts.Select(r => r.ContractAddress));
    }

    [Fact]
    public void The_system_sender_pays_no_base_fee_and_only_it()
    {
        using TestChain chain = new(new ChainSpecBuilder().WithSystemSender(TestKeys.System.Address).Done());
        Transaction system = Build.Transaction().From(TestKeys.System).Legacy(0).WithValue(0).WithGas(30_000).Signed();
        Block block = chain.Commit(chain.BuildNext(a => a with { LeadingTransactions = [system] }));
        Assert.Equal([system], block.Transactions);
        Assert.Equal(1ul, chain.NonceOf(TestKeys.System.Address));

        Transaction user = Build.Transaction().Legacy(0).WithValue(0).Signed();
        Consensus.BuiltBlock refused = chain.Producer.Build(
            chain.Head, TestChain.AttributesAfter(chain.Head) with { LeadingTransactions = [user] }, CancellationToken.None);
        Assert.Equal(Consensus.BlockError.InvalidTransaction, refused.Verdict.Error);
        Assert.Null(refused.Block);
    }

    [Fact]
    public void An_authorization_of_the_system_sender_changes_nothing()
    {
        using TestChain chain = new(new ChainSpecBuilder().WithSystemSender(TestKeys.System.Address).Done());
        chain.Seal(Build.Transaction().From(TestKeys.B).Delegating(TestKeys.System, Contract, 0).Delegating(TestKeys.A, Contract, 0)
            .WithGas(200_000).Signed());
        Assert.False(chain.HeadInfo.TryGetAccount(TestKeys.System.Address, out _));
        Assert.True(chain.HeadInfo.TryGetAccount(TestKeys.A.Address, out Account other) && other.HasCode && other.Nonce == 1);
    }

    [Fact]
    public void Senders_are_found_for_blocks_of_any_size()
    {
        using TestChain chain = new();
        Transaction[] transactions = [.. Enumerable.Range(0, 40).Select(i => Build.Transaction().WithNonce((ulong)i).Signed())];
        Block block = chain.BuildNext();
        chain.Commit(block);
        chain.Seal(transactions);
        Assert.Equal(40ul, chain.NonceOf(TestKeys.A.Address));

        // The same block for a node that has never seen the transactions.
        using TestChain other = new();
        Assert.True(BlockCodec.TryDecode(BlockCodec.Encode(chain.Tree.BlockByNumber(2)!), out Block? received));
        other.Commit(chain.Tree.BlockByNumber(1)!);
        Assert.Equal(chain.Head.Hash, other.Commit(received!).Hash);
    }

    private static Address ContractAddressOf(Address sender, ulong nonce)
    {
        Hash256 hash = Keccak256.Hash(new RlpWriter().StartList().Write(sender).Write(nonce).EndList().ToArray());
        return new Address(hash.Bytes[12..]);
    }
}
