using BpDao.Consensus;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Tests.Rules;
using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.Testing.Chains;
using Xunit;

namespace BpDao.Synchronization.Tests.Download;

/// <summary>Downloaded blocks at the door, while the engine commits beside them (docs/consensus.md, section 11).</summary>
public sealed class BlockImportTests : IDisposable
{
    private readonly LoneChain _source = new LoneChain().Commit(4);
    private readonly InterruptedDb _db = new();
    private readonly TestChain _node;
    private readonly ConflictCheck _conflicts;
    private readonly BlockImport _import;

    public BlockImportTests()
    {
        _node = new TestChain(_source.Chain.Spec, _db, new PorPlugin(new PorOptions()).CreateRules(_source.Chain.Spec, new Blockchain.EngineRecords(_db)));
        WeakSubjectivity trust = new(_node.Tree, _node.Contracts, _node.Rules, new SyncOptions(), _source.Chain.Time);
        _node.Time.SetUtcNow(_source.Chain.Time.GetUtcNow());
        _conflicts = new ConflictCheck(_node.Tree, _node.Contracts, _node.Rules, trust);
        _import = new BlockImport(_node.Tree, _node.Importer, _conflicts);
        Commit(1);
    }

    [Fact]
    public void A_block_that_the_engine_has_committed_meanwhile_is_no_second_history()
    {
        Commit(2);
        Commit(3);
        for (ulong number = 2; number <= 4; number++)
        {
            CertifiedBlock own = Block(number);
            _conflicts.ThrowIfParentIsFinal(own.Block.Header, own.Certificate);
        }
    }

    [Fact]
    public void A_block_whose_parent_is_not_here_is_no_second_history() =>
        Assert.Contains("block 3 follows", Append(Block(3)), StringComparison.Ordinal);

    [Fact]
    public void A_final_block_on_another_parent_than_ours_is_a_second_history()
    {
        using LoneChain other = new();
        other.Chain.Time.Advance(TimeSpan.FromSeconds(7));
        other.Commit(2);
        CertifiedBlock second = new(other.Chain.Tree.BlockByNumber(2)!, other.Chain.Tree.CertificateByNumber(2));
        Assert.Contains("block 1 is final twice", Assert.Throws<SyncHaltedException>(() => Append(second)).Message, StringComparison.Ordinal);
        Assert.Contains("block 2 follows", Append(second with { Certificate = default }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_passes_that_the_engine_commits_while_it_is_appended()
    {
        _db.BeforeReadOf(Block(2).Block.Hash, () => Commit(2));
        Assert.Null(Append(Block(2), Block(3), Block(4)));
        _import.Flush();
        Assert.Equal(_source.Head, _node.Head);
    }

    [Fact]
    public void A_false_block_at_the_height_that_the_engine_commits_while_it_is_appended_is_refused()
    {
        CertifiedBlock forged = Forge(Block(2), _node.Head.Hash), next = Forge(Block(3), forged.Block.Hash);
        _db.BeforeReadOf(forged.Block.Hash, () => Commit(2));
        Assert.Contains("another block 2", Append(forged, next), StringComparison.Ordinal);
        Assert.Null(Append(Block(3), Block(4)));
        _import.Flush();
        Assert.Equal(_source.Head, _node.Head);
    }

    public void Dispose()
    {
        _node.Dispose();
        _source.Dispose();
    }

    private string? Append(params CertifiedBlock[] blocks) => _import.Append(blocks, null, _ => { }, CancellationToken.None);

    private CertifiedBlock Block(ulong number) => new(_source.Chain.Tree.BlockByNumber(number)!, _source.Chain.Tree.CertificateByNumber(number));

    /// <summary>As the engine does it.</summary>
    private void Commit(ulong number) => _node.Commit(Block(number).Block, Block(number).Certificate);

    private static CertifiedBlock Forge(CertifiedBlock block, Hash256 parent) =>
        block with { Block = new Block(block.Block.Header with { ParentHash = parent, GasUsed = 1 }, block.Block.Body) };

    /// <summary>Something happens once, before a block is looked up by its hash.</summary>
    private sealed class InterruptedDb : IDb
    {
        private readonly MemoryDb _db = new();
        private byte[]? _key;
        private Action? _action;

        public void BeforeReadOf(Hash256 hash, Action action) => (_key, _action) = (hash.Bytes.ToArray(), action);

        public byte[]? Get(DbColumn column, ReadOnlySpan<byte> key)
        {
            Interrupt(key);
            return _db.Get(column, key);
        }

        public int Get(DbColumn column, ReadOnlySpan<byte> key, Span<byte> destination)
        {
            Interrupt(key);
            return _db.Get(column, key, destination);
        }

        public bool Contains(DbColumn column, ReadOnlySpan<byte> key) => _db.Contains(column, key);

        public IDbIterator Iterate(DbColumn column, KeyRange range = default, bool backward = false) => _db.Iterate(column, range, backward);

        public IDbSnapshot CreateSnapshot() => _db.CreateSnapshot();

        public void Write(WriteBatch batch, bool sync = false) => _db.Write(batch, sync);

        public void Dispose() => _db.Dispose();

        private void Interrupt(ReadOnlySpan<byte> key)
        {
            if (_key is { } due && key.SequenceEqual(due) && Interlocked.Exchange(ref _action, null) is { } action) action();
        }
    }
}
