using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Synchronization;

/// <summary>The last block of each epoch before the checkpoint, found backwards from it: by them it is told who lies when peers tell different pasts.</summary>
/// <remarks>Forty bytes an epoch that the chain really had, so nobody can make it large.</remarks>
internal sealed class EpochEnds(BlockHeader genesis, ILightConsensus light, WeakSubjectivity trust, PeerChoice peers)
{
    private readonly CheckpointWalk _walk = new(trust, peers, genesis.Number);
    private readonly Dictionary<ulong, Hash256> _hashes = [];
    private ulong? _epochAbove;

    public bool IsKnown => _walk.IsDone && _walk.Due == genesis.Hash;

    /// <summary>Whether that header is the last of an epoch before the checkpoint.</summary>
    public bool Has(BlockHeader header) => _hashes.TryGetValue(header.Number, out Hash256 hash) && hash == header.Hash;

    /// <summary>Goes on looking for them.</summary>
    /// <returns>One line that says what to do; null when they are known, or no peer could help now.</returns>
    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        if (await _walk.RunAsync(Keep, cancellationToken).ConfigureAwait(false) is { } refusal) return refusal;
        return _walk.IsDone && !IsKnown ? $"the checkpoint's chain begins with {_walk.Due}, this network with {genesis.Hash}: correct --por.checkpoint" : null;
    }

    private void Keep(BlockHeader header)
    {
        ulong? epoch = light.EpochOf(header);
        if (_epochAbove is { } above && epoch != above) _hashes[header.Number] = header.Hash;
        _epochAbove = epoch;
    }
}
