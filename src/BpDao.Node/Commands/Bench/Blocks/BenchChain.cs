using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Ethash;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db;
using BpDao.Evm;
using BpDao.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>What imports blocks in a node, on any database: the chain that is measured.</summary>
internal sealed class BenchChain : IDisposable
{
    // One for the process, as in a node: what it keeps is code by its hash.
    private static readonly TransactionProcessor Evm = TransactionProcessor.Create();

    private readonly IDb _db;
    private readonly ISpecProvider _specs;
    private readonly EthashRules _rules;

    /// <param name="db">Empty, or with this chain in it; disposed with this.</param>
    public BenchChain(IDb db, ISpecProvider specs, GenesisBlock genesis)
    {
        (_db, _specs, _rules) = (db, specs, new EthashRules(specs, seal: null));
        States = new StateStore(db, StateOptions.Default);
        if (!BlockTree.TryOpen(db, States, genesis, out BlockTree? tree, out string? error)) throw new InvalidDataException(error);
        Tree = tree;
        Processor = new BlockProcessor(specs, Evm, new EthereumEcdsa(Secp256k1.Default), _rules);
        Executed = new ExecutedBlocks();
        Importer = NewImporter(Executed);
    }

    public StateStore States { get; }

    public IConsensusRules Rules => _rules;

    public BlockTree Tree { get; }

    public BlockProcessor Processor { get; }

    public ExecutedBlocks Executed { get; }

    public BlockImporter Importer { get; }

    /// <summary>Judges as a node does that never saw the block: header, body, execution, roots.</summary>
    public BlockVerdict JudgeAfresh(Block block, CancellationToken stop) => NewImporter(new ExecutedBlocks()).Judge(block, stop);

    public BlockVerdict Commit(Block block, CancellationToken stop) => Importer.Commit(block, default, verifyCertificate: false, stop);

    /// <summary>Executes on the head and stops before any root.</summary>
    public BlockVerdict Execute(Block block, CancellationToken stop)
    {
        using StateView state = States.OpenView(Tree.Head.StateRoot)!;
        using StatePrefetch prefetch = new(state, Math.Max(1, Environment.ProcessorCount - 1));
        return Processor.Process(block, state, new CanonicalHashes(Tree), diff => StateStore.Compute(state, diff).Root, null, prefetch, stop, out _);
    }

    public void Dispose() => _db.Dispose();

    private BlockImporter NewImporter(ExecutedBlocks executed) =>
        new(Tree, _db, States, Processor, _specs, Evm, _rules, executed, NullLogger<BlockImporter>.Instance);

    private sealed class CanonicalHashes(BlockTree tree) : IBlockHashProvider
    {
        public Hash256 GetBlockHash(ulong number) => tree.HashByNumber(number) ?? Hash256.Zero;
    }
}
