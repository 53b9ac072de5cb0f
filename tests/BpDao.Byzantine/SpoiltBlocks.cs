using System.Collections.Concurrent;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Byzantine;

/// <summary>The blocks that this node has spoilt, so that it may call them good.</summary>
internal sealed class SpoiltBlocks(Func<BlockHeader, BlockHeader> spoil)
{
    private readonly ConcurrentDictionary<Hash256, bool> _hashes = new();

    public Block Spoil(Block block)
    {
        Block spoilt = new(spoil(block.Header), block.Body);
        _hashes[spoilt.Hash] = true;
        return spoilt;
    }

    public bool Has(Block block) => _hashes.ContainsKey(block.Hash);
}

/// <summary>Builds sound blocks and spoils their headers.</summary>
internal sealed class SpoilingProducer(IBlockProducer inner, SpoiltBlocks spoilt) : IBlockProducer
{
    public BuiltBlock Build(BlockHeader parent, PayloadAttributes attributes, CancellationToken cancellationToken)
    {
        BuiltBlock built = inner.Build(parent, attributes, cancellationToken);
        return built.Block is { } block ? built with { Block = spoilt.Spoil(block) } : built;
    }
}

/// <summary>Finds its own spoilt blocks valid, and votes for them.</summary>
internal sealed class BlindImporter(IBlockImporter inner, SpoiltBlocks spoilt) : IBlockImporter
{
    public event Action<Block> Committed
    {
        add => inner.Committed += value;
        remove => inner.Committed -= value;
    }

    public BlockVerdict Judge(Block block, CancellationToken cancellationToken) =>
        spoilt.Has(block) ? BlockVerdict.Valid : inner.Judge(block, cancellationToken);

    public BlockVerdict Commit(Block block, ReadOnlyMemory<byte> certificate, bool verifyCertificate, CancellationToken cancellationToken) =>
        inner.Commit(block, certificate, verifyCertificate, cancellationToken);
}
