using System.Collections.Concurrent;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Byzantine.Spoiling;

/// <summary>The blocks that this node has spoilt, so that it may call them good.</summary>
internal sealed class SpoiltBlocks
{
    private readonly ConcurrentDictionary<Hash256, bool> _hashes = new();

    public void Add(Block block) => _hashes[block.Hash] = true;

    public bool Has(Block block) => _hashes.ContainsKey(block.Hash);
}

/// <summary>Builds sound blocks and spoils them.</summary>
internal sealed class SpoilingProducer(IBlockProducer inner, SpoiltBlocks spoilt, Func<Block, BlockHeader, Block?> spoil) : IBlockProducer
{
    public BuiltBlock Build(BlockHeader parent, PayloadAttributes attributes, CancellationToken cancellationToken)
    {
        BuiltBlock built = inner.Build(parent, attributes, cancellationToken);
        if (built.Block is not { } sound || spoil(sound, parent) is not { } block) return built;
        spoilt.Add(block);
        return built with { Block = block };
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
