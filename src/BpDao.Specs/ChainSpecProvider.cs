using BpDao.Core;

namespace BpDao.Specs;

/// <summary>A network's rules at each block: Ethereum's forks by its schedule, with the network's own recipients and senders.</summary>
public sealed class ChainSpecProvider : ISpecProvider
{
    private readonly ForkSchedule _forks;
    private readonly ReleaseSpec[] _specs;

    public ChainSpecProvider(ChainSpec spec)
    {
        ChainId = spec.ChainId;
        _forks = spec.Forks;
        _specs = [.. Enum.GetValues<Fork>().Select(fork => ReleaseSpec.Of(fork) with
        {
            BaseFeeRecipient = spec.BaseFeeRecipient,
            SystemSender = spec.SystemSender,
            HasExecutionRequests = spec.ExecutionRequests && fork >= Fork.Prague,
            DepositContract = spec.DepositContract,
            Blobs = BlobSchedules.Of(fork, spec.BlobSchedules),
        })];
    }

    public ulong ChainId { get; }

    public ulong? DaoBlock => _forks.DaoBlock;

    public UInt256? TerminalTotalDifficulty => _forks.TerminalTotalDifficulty;

    public IReleaseSpec GetSpec(BlockHeader header) => _specs[(int)_forks.At(header)];

    public IReleaseSpec GetSpec(ulong blockNumber, ulong timestamp) => _specs[(int)_forks.At(blockNumber, timestamp)];
}
