using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Ethash;
using BpDao.Consensus.Ethash.Proof;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Db.Memory;
using BpDao.Evm;
using BpDao.Specs;
using BpDao.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Node.Commands.BlockTest;

/// <summary>What all chains of a run share: none of it holds a chain.</summary>
internal sealed class BlockTestParts
{
    public TransactionProcessor Evm { get; } = TransactionProcessor.Create();

    public EthereumEcdsa Ecdsa { get; } = new(Secp256k1.Default);

    public EthashSeal Seal { get; } = new();
}

/// <summary>The chain of one test, in memory: the parts of a node from the importer down.</summary>
internal sealed class BlockTestChain : IDisposable
{
    // Most tests are a few blocks of a few accounts.
    private static readonly StateOptions States = StateOptions.Default with { NodeCacheBytes = 1 << 20, CodeCacheBytes = 1 << 20 };

    private readonly MemoryDb _db = new();
    private readonly StateStore _states;
    private readonly BlockTree _tree;
    private readonly BlockImporter _importer;

    /// <param name="checksWork">Whether the blocks carry proofs of work.</param>
    private BlockTestChain(GenesisBlock genesis, TestNetwork network, bool checksWork, BlockTestParts parts)
    {
        _states = new StateStore(_db, States);
        if (!BlockTree.TryOpen(_db, _states, genesis, out BlockTree? tree, out string? error)) throw new InvalidOperationException(error);
        _tree = tree;
        EthashRules rules = new(network, checksWork ? parts.Seal : null);
        BlockProcessor processor = new(network, parts.Evm, parts.Ecdsa, rules);
        _importer = new BlockImporter(
            tree, _db, _states, processor, network, parts.Evm, rules, new ExecutedBlocks(), NullLogger<BlockImporter>.Instance);
    }

    public BlockHeader Head => _tree.Head;

    /// <summary>Null with one line when the genesis block is not the one that the test describes.</summary>
    public static BlockTestChain? Begin(ChainSpec spec, TestNetwork network, bool checksWork, BlockTestParts parts, out string? error) =>
        GenesisBlock.TryCreate(spec, out GenesisBlock? genesis, out error) ? new BlockTestChain(genesis, network, checksWork, parts) : null;

    public BlockVerdict Import(Block block) => _importer.Commit(block, default, verifyCertificate: false, CancellationToken.None);

    public StateView OpenState() => _states.OpenView(Head.StateRoot)!;

    public void Dispose() => _db.Dispose();
}
