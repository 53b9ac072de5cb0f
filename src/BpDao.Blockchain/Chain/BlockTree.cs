using System.Diagnostics.CodeAnalysis;
using BpDao.Consensus;
using BpDao.Core;
using BpDao.Db;

namespace BpDao.Blockchain;

/// <summary>The committed blocks: the canonical chain, its head, and side branches where the engine has them. Safe for many threads;
/// only the importer moves it.</summary>
public sealed class BlockTree : IChainReader
{
    private readonly BlockStore _blocks;
    private readonly ReceiptStore _receipts;
    private readonly TransactionIndex _transactions;
    private volatile Tip _tip;
    private Action? _releaseGenesis;

    private BlockTree(IDbReader db, BlockHeader genesis, StoredHeader head, BlockHeader finalized)
    {
        _blocks = new BlockStore(db);
        _receipts = new ReceiptStore(db);
        _transactions = new TransactionIndex(db);
        Genesis = genesis;
        _tip = new Tip(head, finalized);
    }

    /// <summary>Raised on the importer's thread, in order, after the head moved. Handlers return soon and do not import.</summary>
    public event Action<ChainUpdate>? Updated;

    public BlockHeader Genesis { get; }

    public BlockHeader Head => _tip.Head.Header;

    /// <summary>The last block that a certificate made final; genesis before. It never goes back.</summary>
    public BlockHeader Finalized => _tip.Finalized;

    /// <summary>Number of the first block from which on all are here: 0, but where the chain was begun at a pivot (<see cref="Pivot"/>). Genesis is always here.</summary>
    public ulong Earliest
    {
        get
        {
            ulong missing = 0, here = Head.Number;
            if (here == 0 || _blocks.CanonicalHash(1) is not null) return 0;
            // What a pivot leaves out lies between genesis and its first block, without holes.
            while (here - missing > 1)
            {
                ulong middle = missing + ((here - missing) / 2);
                if (_blocks.CanonicalHash(middle) is null) missing = middle;
                else here = middle;
            }

            return here;
        }
    }

    internal StoredHeader StoredHead => _tip.Head;

    /// <summary>Blocks that will be canonical once they are on disk: found by hash like those of a side branch, not yet by number.</summary>
    internal PendingBlocks Pending { get; } = new();

    /// <summary>Opens the chain in the database, or begins it with the genesis block.</summary>
    /// <param name="error">One line: the database belongs to another chain.</param>
    /// <exception cref="ChainCorruptException">The head's block is not there.</exception>
    public static bool TryOpen(IDb db, State.StateStore state, GenesisBlock genesis, [NotNullWhen(true)] out BlockTree? tree, [NotNullWhen(false)] out string? error)
    {
        tree = null;
        error = null;
        BlockStore blocks = new(db);
        if (blocks.GenesisHash is not { } stored)
        {
            PutGenesis(db, state, genesis);
        }
        else if (stored != genesis.Block.Hash)
        {
            error = $"the database holds another chain: its genesis block is {stored}, the chainspec's is {genesis.Block.Hash}";
            return false;
        }

        Hash256 headHash = blocks.HeadHash ?? throw new ChainCorruptException("The database has a genesis block and no head.");
        StoredHeader head = blocks.Header(headHash) ?? throw new ChainCorruptException($"The head block {headHash} is missing.");
        bool isNew = headHash == genesis.Block.Hash;
        if (state.Head?.BlockHash != headHash && !(state.IsPartial && isNew))
        {
            throw new ChainCorruptException($"The head is block {headHash}, the state is that of block {state.Head?.BlockHash}.");
        }

        BlockHeader finalized = blocks.FinalizedHash is { } hash
            ? blocks.Header(hash)?.Header ?? throw new ChainCorruptException($"The finalized block {hash} is missing.")
            : genesis.Block.Header;
        tree = new BlockTree(db, genesis.Block.Header, head, finalized);
        if (isNew) tree.HoldGenesis(state, genesis.State);
        return true;
    }

    public BlockHeader? HeaderByHash(Hash256 hash) => Find(hash)?.Header;

    public BlockHeader? HeaderByNumber(ulong number) => HashByNumber(number) is { } hash ? HeaderByHash(hash) : null;

    /// <summary>On the canonical chain.</summary>
    public Hash256? HashByNumber(ulong number) => number > Head.Number ? null : _blocks.CanonicalHash(number);

    public Block? BlockByHash(Hash256 hash)
    {
        if (Pending.Find(hash) is { } pending) return pending.Block;
        if (HeaderByHash(hash) is not { } header) return null;
        return new Block(header, _blocks.Body(hash) ?? throw new ChainCorruptException($"The body of block {hash} is missing."));
    }

    /// <summary>The body's RLP, as it goes over wires; null when no block has that hash.</summary>
    public byte[]? EncodedBodyOf(Hash256 hash) =>
        Pending.Find(hash) is { } pending ? BlockCodec.EncodeBody(pending.Block.Body) : _blocks.EncodedBody(hash);

    /// <summary>On the canonical chain.</summary>
    public Block? BlockByNumber(ulong number) => HashByNumber(number) is { } hash ? BlockByHash(hash) : null;

    /// <summary>The difficulties of the block and its ancestors summed up; null when no block has that hash.</summary>
    public UInt256? TotalDifficultyOf(Hash256 hash) => Find(hash)?.TotalDifficulty;

    /// <summary>In the order of the transactions; null when no block has that hash.</summary>
    public IReadOnlyList<Receipt>? ReceiptsOf(Hash256 blockHash) =>
        Pending.Find(blockHash) is { } pending ? pending.Executed.Processed.Receipts : _receipts.Of(blockHash);

    /// <summary>Null when no canonical block has that transaction.</summary>
    public TransactionLocation? FindTransaction(Hash256 txHash) => _transactions.Find(txHash);

    public byte[]? CertificateByNumber(ulong number) => HashByNumber(number) is { } hash ? _blocks.Certificate(hash) : null;

    public bool IsCanonical(BlockHeader header) => HashByNumber(header.Number) == header.Hash;

    internal StoredHeader? Find(in Hash256 hash)
    {
        StoredHeader head = _tip.Head;
        if (hash == head.Header.Hash) return head;
        // Pending first: a block leaves there when it is in the database already.
        return Pending.Find(hash)?.Header ?? _blocks.Header(hash);
    }

    /// <summary>After the batch was written.</summary>
    internal void Advance(StoredHeader head, BlockHeader finalized, ChainUpdate update)
    {
        _tip = new Tip(head, finalized);
        Interlocked.Exchange(ref _releaseGenesis, null)?.Invoke();
        Updated?.Invoke(update);
    }

    /// <summary>The state of genesis may have to make room for one that is fetched: until the head moves, it is read from the chainspec's change too.</summary>
    private void HoldGenesis(State.StateStore state, State.StateChange change)
    {
        state.Hold(change);
        _releaseGenesis = () => state.Release(change);
    }

    private static void PutGenesis(IDb db, State.StateStore state, GenesisBlock genesis)
    {
        Block block = genesis.Block;
        WriteBatch batch = new();
        BlockStore.Put(batch, block, block.Header.Difficulty);
        ReceiptStore.Put(batch, block.Hash, []);
        BlockStore.PutCanonical(batch, block.Header);
        BlockStore.PutGenesis(batch, block.Hash);
        BlockStore.PutHead(batch, block.Hash);
        state.Commit(batch, genesis.State, 0, block.Hash);
        db.Write(batch, sync: true);
    }

    /// <summary>Head and finalized block change together.</summary>
    private sealed record Tip(StoredHeader Head, BlockHeader Finalized);
}
