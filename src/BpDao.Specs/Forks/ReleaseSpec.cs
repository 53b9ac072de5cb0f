using BpDao.Core;

namespace BpDao.Specs;

/// <summary>The rules of one fork, with what a network adds to them.</summary>
public sealed record ReleaseSpec : IReleaseSpec
{
    private static readonly ReleaseSpec[] Plain = [.. Enum.GetValues<Fork>().Select(fork => new ReleaseSpec
    {
        Fork = fork,
        Blobs = BlobSchedules.Of(fork),
        HasExecutionRequests = fork >= Fork.Prague,
    })];

    public required Fork Fork { get; init; }

    public BlobSchedule Blobs { get; init; }

    public bool HasExecutionRequests { get; init; }

    public Address DepositContract { get; init; } = SystemContracts.MainnetDeposits;

    public Address? BaseFeeRecipient { get; init; }

    public Address? SystemSender { get; init; }

    /// <summary>The fork as Ethereum's mainnet has it; always the same instance.</summary>
    public static ReleaseSpec Of(Fork fork) => Plain[(int)fork];
}
