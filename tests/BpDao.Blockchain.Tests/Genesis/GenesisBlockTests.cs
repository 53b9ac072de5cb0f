using BpDao.Core;
using BpDao.Db.Memory;
using BpDao.Specs;
using BpDao.State;
using BpDao.Testing;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Blockchain.Tests;

public sealed class GenesisBlockTests
{
    private static GenesisBlock Create(ChainSpec spec)
    {
        Assert.True(GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out string? error), error);
        return genesis;
    }

    [Fact]
    public void The_same_chainspec_gives_the_same_block() =>
        Assert.Equal(Create(new ChainSpecBuilder().Done()).Block.Hash, Create(new ChainSpecBuilder().Done()).Block.Hash);

    [Fact]
    public void Every_account_counts() =>
        Assert.NotEqual(
            Create(new ChainSpecBuilder().Done()).Block.Hash, Create(new ChainSpecBuilder().Fund(Address.FromNumber(1234), 1).Done()).Block.Hash);

    [Fact]
    public void Accounts_code_and_storage_are_readable()
    {
        Address contract = Address.FromNumber(0xcafe);
        using TestChain chain = new(new ChainSpecBuilder().WithContract(contract, TestContracts.Cell, (0, 7)).Done());
        using StateView state = chain.States.OpenView(chain.Head.StateRoot)!;
        Assert.True(state.TryGetAccount(contract, out Account account));
        Assert.Equal(TestContracts.Cell, state.GetCode(account.CodeHash).ToArray());
        Assert.Equal((UInt256)7, state.GetStorage(contract, 0));
        Assert.Equal(1000 * (UInt256)1_000_000_000_000_000_000, chain.BalanceOf(TestKeys.A.Address));
    }

    [Fact]
    public void Another_hash_than_the_chainspecs_is_refused()
    {
        ChainSpec spec = new ChainSpecBuilder().Done() with { GenesisHash = Hash256.Zero };
        Assert.False(GenesisBlock.TryCreate(spec, out _, out string? error));
        Assert.Matches("^genesisHash: the genesis block has hash 0x[0-9a-f]{64}, the file says 0x0{64}$", error);
    }

    [Fact]
    public void A_database_of_another_chain_is_refused()
    {
        using MemoryDb db = new();
        GenesisBlock first = Create(new ChainSpecBuilder().Done()), second = Create(new ChainSpecBuilder().WithGasLimit(9_000_000).Done());
        Assert.True(BlockTree.TryOpen(db, new StateStore(db, StateOptions.Default), first, out _, out _));
        Assert.False(BlockTree.TryOpen(db, new StateStore(db, StateOptions.Default), second, out _, out string? error));
        Assert.StartsWith("the database holds another chain: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void While_another_state_is_fetched_the_chain_opens_at_genesis_with_the_state_of_the_chainspec()
    {
        using MemoryDb db = new();
        GenesisBlock genesis = Create(new ChainSpecBuilder().Fund(Address.FromNumber(1234), 77).Done());
        Assert.True(BlockTree.TryOpen(db, new StateStore(db, StateOptions.Default), genesis, out _, out _));
        new StateStore(db, StateOptions.Default).OpenPartial();

        StateStore states = new(db, StateOptions.Default);
        Assert.True(states.IsPartial);
        Assert.True(BlockTree.TryOpen(db, states, genesis, out BlockTree? tree, out _));
        using StateView view = states.OpenView(tree.Head.StateRoot)!;
        Assert.True(view.TryGetAccount(Address.FromNumber(1234), out Account account));
        Assert.Equal(77 * (UInt256)1_000_000_000_000_000_000, account.Balance);
    }

    [Theory]
    [InlineData(Fork.Frontier, 15)]
    [InlineData(Fork.London, 16)]
    [InlineData(Fork.Shanghai, 17)]
    [InlineData(Fork.Cancun, 20)]
    [InlineData(Fork.Osaka, 21)]
    public void The_header_has_the_fields_of_its_fork(Fork fork, int fields)
    {
        ChainSpec spec = new ChainSpecBuilder().WithForks(ForkSchedule.FromGenesis(fork)).Done();
        RlpReader outer = new(HeaderCodec.Encode(Create(spec).Block.Header));
        Assert.True(outer.TryReadList(out RlpReader items));
        int count = 0;
        while (items.TryReadRaw(out _)) count++;
        Assert.Equal(fields, count);
    }
}
