using BpDao.Core;
using BpDao.Evm;

namespace BpDao.Blockchain;

/// <summary>The least gas limit with which a message succeeds.</summary>
/// <param name="Failure">Not null: it fails with the most gas there can be, and how.</param>
/// <param name="Allowance">The most gas there can be: asked for, allowed in a block and a transaction, and paid for.</param>
public sealed record GasEstimate(ulong Gas, TransactionResult? Failure, ulong Allowance);

/// <summary><c>eth_estimateGas</c>: halves the range in which the answer lies until one number is left.</summary>
public sealed class GasEstimator(CallExecutor calls)
{
    private const ulong Stipend = 2300;

    /// <param name="message">Its gas limit bounds the answer; zero is no bound.</param>
    /// <returns>Null when the state of that block is not kept.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled before an execution began.</exception>
    public GasEstimate? Estimate(Transaction message, CallSite site, CancellationToken cancellation = default)
    {
        using CallRun? run = calls.Open(site, cancellation);
        if (run is null) return null;

        ulong most = Allowance(message, run);
        TransactionResult atMost = run.Execute(message with { GasLimit = most, Sender = message.Sender });
        if (!atMost.Success) return new GasEstimate(0, atMost, most);

        ulong fails = atMost.GasUsed - 1;
        ulong succeeds = most;
        // Nearly always enough: refunds are needed up front, and 63/64 of the gas goes on to a call.
        ulong guess = (atMost.GasUsed + atMost.GasRefunded + Stipend) * 64 / 63;
        for (ulong middle = guess < succeeds ? guess : Middle(fails, succeeds); fails + 1 < succeeds; middle = Middle(fails, succeeds))
        {
            if (run.Execute(message with { GasLimit = middle, Sender = message.Sender }).Success) succeeds = middle;
            else fails = middle;
        }

        return new GasEstimate(succeeds, null, most);
    }

    private static ulong Middle(ulong low, ulong high) => low + ((high - low) / 2);

    private static ulong Allowance(Transaction message, CallRun run)
    {
        ulong most = run.Context.GasLimit;
        if (run.Spec.IsOsaka) most = Math.Min(most, TransactionLimits.MaxGas);
        if (message.GasLimit > 0) most = Math.Min(most, message.GasLimit);
        if (message.MaxFeePerGas.IsZero) return most;

        UInt256 balance = run.State.TryGetAccount(message.Sender ?? Address.Zero, out Account account) ? account.Balance : UInt256.Zero;
        UInt256 payable = balance < message.Value ? UInt256.Zero : (balance - message.Value) / message.MaxFeePerGas;
        return payable < most ? (ulong)payable : most;
    }
}
