using BpDao.Consensus.Por.Contracts;

namespace BpDao.Consensus.Por.Epochs;

/// <summary>What a sound Work contract can answer (of the epoch, <see cref="EpochClock"/> decides): its hard bounds (<c>Parameters.sol</c>), looked at again because a contract in force may be
/// anything (protocol rule 2.8).</summary>
public static class ContextBounds
{
    /// <summary>What holds when no contract has ever answered: a network whose genesis is unsound still makes blocks.</summary>
    public static WorkContext Default { get; } = new(
        Epoch: 0, Position: 0, EpochLength: 64, BlockReward: 0, BlockGasLimit: 36_000_000, SystemGasLimit: 10_000_000, MinBlockInterval: 2,
        TimerBase: 4_000, TimerBackoff: 15_000, TimerCap: 8);

    public static bool Holds(in WorkContext c) =>
        c.BlockReward <= 1_000_000_000_000
        && c.SystemGasLimit is >= 2_000_000 and <= 1 << 24
        && c.BlockGasLimit >= 2 * c.SystemGasLimit && c.BlockGasLimit <= 1UL << 32
        && c.MinBlockInterval is >= 1 and <= 60
        && c.TimerBase is >= 100 and <= 60_000
        && c.TimerBackoff is >= 10_000 and <= 30_000
        && c.TimerCap is >= 1 and <= 64;
}
