using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Solo;
using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Evm;
using BpDao.Specs;
using BpDao.State;
using BpDao.TxPool;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BpDao.Testing.Chains;

/// <summary>A whole node without network and RPC, in memory: the parts the node has, composed as the node composes them.</summary>
public sealed class TestChain : IDisposable
{
    // Holds no chain, only prepared code by its hash; making one takes longer than most tests.
    private static readonly TransactionProcessor SharedEvm = TransactionProcessor.Create();

    private readonly ChainHeadInfo _headInfo;

    /// <param name="spec">Default: <see cref="ChainSpecBuilder"/> as it is.</param>
    /// <param name="db">Default: a new one in memory. It may hold a chain of the same network already.</param>
    /// <param name="rules">Default: those of Solo.</param>
    /// <param name="specs">Default: what the chainspec says.</param>
    public TestChain(
        ChainSpec? spec = null, IDb? db = null, IConsensusRules? rules = null, StateOptions? stateOptions = null, ISpecProvider? specs = null)
    {
        Spec = spec ?? new ChainSpecBuilder().Done();
        Db = db ?? new MemoryDb();
        Records = new EngineRecords(Db);
        Rules = rules ?? new SoloPlugin().CreateRules(Spec, Records);
        Specs = specs ?? new ChainSpecProvider(Spec);
        States = new StateStore(Db, stateOptions ?? StateOptions.Default);
        if (!GenesisBlock.TryCreate(Spec, out GenesisBlock? genesis, out string? error)) throw new InvalidOperationException(error);
        if (!BlockTree.TryOpen(Db, States, genesis, out BlockTree? tree, out error)) throw new InvalidOperationException(error);

        Tree = tree;
        Time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds((long)Tree.Head.Timestamp));
        Evm = SharedEvm;
        Processor = new BlockProcessor(Specs, Evm, Build.Ecdsa, Rules);
        _headInfo = new ChainHeadInfo(Tree, States, Specs);
        Pool = new TxPool.TxPool(_headInfo, Build.Ecdsa, new TxPoolOptions(), NullLogger<TxPool.TxPool>.Instance);
        ExecutedBlocks executed = new();
        Producer = new BlockProducer(Tree, States, Processor, Specs, Rules, Pool, executed, NullLogger<BlockProducer>.Instance);
        Importer = new BlockImporter(Tree, Db, States, Processor, Specs, Evm, Rules, executed, NullLogger<BlockImporter>.Instance);
        Contracts = new ContractReader(Tree, States, Specs, Evm);
        Calls = new CallExecutor(Tree, States, Specs, Evm);
        Logs = new LogFinder(Tree);
    }

    public ChainSpec Spec { get; }

    public IDb Db { get; }

    public EngineRecords Records { get; }

    public IConsensusRules Rules { get; }

    public ISpecProvider Specs { get; }

    public StateStore States { get; }

    public BlockTree Tree { get; }

    public FakeTimeProvider Time { get; }

    public TransactionProcessor Evm { get; }

    public BlockProcessor Processor { get; }

    public TxPool.TxPool Pool { get; }

    public BlockProducer Producer { get; }

    public BlockImporter Importer { get; }

    public ContractReader Contracts { get; }

    public CallExecutor Calls { get; }

    public LogFinder Logs { get; }

    public BlockHeader Head => Tree.Head;

    public IChainHeadInfo HeadInfo => _headInfo;

    /// <summary>Builds on the head with the pool's transactions, a second later.</summary>
    public Block BuildNext(Func<PayloadAttributes, PayloadAttributes>? change = null) => BuildOn(Head, change);

    /// <summary>Builds on any committed block.</summary>
    public Block BuildOn(BlockHeader parent, Func<PayloadAttributes, PayloadAttributes>? change = null)
    {
        PayloadAttributes attributes = AttributesAfter(parent);
        BuiltBlock built = Producer.Build(parent, change is null ? attributes : change(attributes), CancellationToken.None);
        return built.Block ?? throw new InvalidOperationException(built.Verdict.ToString());
    }

    /// <summary>What Solo's producer would choose a second after that block.</summary>
    public static PayloadAttributes AttributesAfter(BlockHeader parent) => new()
    {
        Timestamp = parent.Timestamp + 1,
        Beneficiary = ChainSpecBuilder.Producer,
        GasLimit = parent.GasLimit,
        MixHash = Keccak256.Hash(parent.MixHash.Bytes),
    };

    /// <summary>Submits the transactions, builds on the head and commits; all of them must be in the block.</summary>
    public Block Seal(params Transaction[] transactions)
    {
        foreach (Transaction tx in transactions)
        {
            AcceptTxResult result = Pool.Submit(tx);
            if (!result.IsAccepted) throw new InvalidOperationException(result.ToString());
        }

        Block block = BuildNext();
        foreach (Transaction tx in transactions)
        {
            if (!block.Transactions.Contains(tx)) throw new InvalidOperationException($"Transaction {tx.Nonce} of {tx.Sender} is not in the block.");
        }

        return Commit(block);
    }

    public Block Commit(Block block, ReadOnlyMemory<byte> certificate = default)
    {
        BlockVerdict verdict = Importer.Commit(block, certificate, verifyCertificate: false, CancellationToken.None);
        return verdict.IsValid ? block : throw new InvalidOperationException(verdict.ToString());
    }

    /// <summary>At the head, in wei.</summary>
    public UInt256 BalanceOf(Address address) => _headInfo.TryGetAccount(address, out Account account) ? account.Balance : UInt256.Zero;

    /// <summary>At the head.</summary>
    public ulong NonceOf(Address address) => _headInfo.TryGetAccount(address, out Account account) ? account.Nonce : 0;

    /// <summary>At the head.</summary>
    public UInt256 StorageOf(Address address, UInt256 slot)
    {
        using StateView state = States.OpenView(Head.StateRoot)!;
        return state.GetStorage(address, slot);
    }

    public void Dispose()
    {
        Pool.Dispose();
        _headInfo.Dispose();
        Db.Dispose();
    }
}
