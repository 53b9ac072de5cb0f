using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Tests.Support;
using BpDao.Core;

namespace BpDao.Simulation.Tests.Worlds;

/// <summary>What one validator has committed, and what follows from it for its next height.</summary>
internal sealed class NodeChain(World world)
{
    private readonly List<(Block Block, Certificate Certificate)> _blocks = [];

    public IReadOnlyList<(Block Block, Certificate Certificate)> Blocks => _blocks;

    /// <summary>Number of the last block; 0 at genesis.</summary>
    public ulong Height => (ulong)_blocks.Count;

    public Hash256 HeadHash => _blocks.Count == 0 ? TestBench.GenesisHash : _blocks[^1].Block.Hash;

    /// <summary>The head's timestamp in milliseconds; 0 at genesis.</summary>
    public long HeadTime => _blocks.Count == 0 ? 0 : (long)_blocks[^1].Block.Header.Timestamp;

    public void Add(Block block, Certificate certificate) => _blocks.Add((block, certificate));

    /// <summary>The store was not synced in time.</summary>
    public void LoseHead()
    {
        if (_blocks.Count > 0) _blocks.RemoveAt(_blocks.Count - 1);
    }

    public Block? Find(Hash256 hash) => _blocks.Find(c => c.Block.Hash == hash).Block;

    /// <summary>What the state machine is told about the next height.</summary>
    /// <param name="clock">What the node takes for the time, in milliseconds.</param>
    public HeightContext Next(long clock)
    {
        ulong height = Height + 1;
        Bench bench = BenchAt(height);
        bool isGenesis = _blocks.Count == 0;
        CommittedParent? parent = isGenesis ? null : new CommittedParent(world.EpochOf(Height), BenchAt(Height), _blocks[^1].Certificate);
        long since = isGenesis ? 0 : Math.Max(0, clock - HeadTime);
        ProposalMaterial? carried = isGenesis ? null : world.MaterialOf(_blocks[^1].Block);
        return TestBench.Context(height, HeadHash, bench, r => world.LeaderOf(height, r, bench), parent) with
        {
            Epoch = world.EpochOf(height),
            IsRecent = since <= 10 * World.BlockInterval,
            MayBeBehind = (ulong)((since / World.BlockInterval) + 1),
            Carried = carried is null ? [] : CarriedBy(carried, Height),
            CarriedRejections = carried is null ? [] : [.. carried.Rejections.Select(r => Keccak256.Hash(r.HeaderRlp.Span))],
        };
    }

    private static List<CarriedVotes> CarriedBy(ProposalMaterial material, ulong height)
    {
        List<CarriedVotes> carried = [.. material.Against.Concat(material.Late).Select(v => new CarriedVotes(v.Height, v.Votes.Signers))];
        if (material.ParentCertificate is { } parent) carried.Add(new CarriedVotes(height - 1, parent.Signers));
        return carried;
    }

    /// <summary>Fixed by the state after the last block of the epoch before the last.</summary>
    public Bench BenchAt(ulong height)
    {
        ulong epoch = world.EpochOf(height);
        return world.BenchOf(epoch, epoch < 2 ? TestBench.GenesisHash : _blocks[(int)((epoch - 1) * world.Plan.EpochLength) - 1].Block.Hash);
    }
}
