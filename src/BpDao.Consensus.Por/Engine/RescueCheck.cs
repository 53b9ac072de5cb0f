using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using Microsoft.Extensions.Logging;

namespace BpDao.Consensus.Por.Engine;

/// <summary>Looks once, as soon as its block is here, whether the rescue that the operator gave is the one that the others agreed on (ADR 0019).</summary>
internal sealed class RescueCheck(EpochStore epochs, CertificateVerifier verifier, IChainReader chain, ILogger logger)
{
    private bool _isDone = epochs.Rescue is null;

    /// <exception cref="InvalidDataException">What the operator gave is not what the others agreed on: going on would be another chain.</exception>
    public void Check(BlockHeader head)
    {
        if (_isDone || epochs.Rescue is not { } rescue || head.Number < rescue.Height) return;
        // A node that began above that block does not have it: its headers were proven with the rescue.
        if (chain.HeaderByNumber(rescue.Height) is { } there && there.Hash != rescue.Hash) throw new InvalidDataException($"The rescue names {rescue.Hash} as block {rescue.Height}; this node has another one.");
        string? fault = epochs.BenchOf(rescue.Epoch) is { } bench ? rescue.FaultOf(bench, verifier, out _) : $"the bench of epoch {rescue.Epoch} is not known here";
        if (fault is not null) throw new InvalidDataException($"The rescue of block {rescue.Height} is not good: {fault}.");
        _isDone = true;
        logger.Rescued(rescue.Height, rescue.UntilEpoch, string.Join(", ", rescue.Lost));
    }
}
