namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>How large the synthetic chain is.</summary>
internal sealed record SyntheticSize(int Accounts, int Blocks, ulong BlockGas)
{
    public const int LeastAccounts = 1000;

    private const int MostSenders = 50_000;

    public SyntheticSize(BenchBlocksOptions options)
        : this(options.Accounts, options.Blocks, options.Quick ? 3_000_000UL : 60_000_000UL)
    {
    }

    /// <summary>The accounts with keys; the others only receive.</summary>
    public int Senders => Math.Min(MostSenders, Accounts / 2);
}
