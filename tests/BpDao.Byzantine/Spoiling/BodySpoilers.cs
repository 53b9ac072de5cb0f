using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Core;

namespace BpDao.Byzantine.Spoiling;

/// <summary>The body holds something that it must not, and the header's roots fit it.</summary>
internal static class BodySpoilers
{
    // EIP-7934.
    private const int MaxBlockSize = 8 * 1024 * 1024;

    public static IReadOnlyList<Spoiler> All { get; } =
    [
        new("bad-withdrawals", BlockError.InvalidWithdrawals, Outcome.Convicted, (b, _) => Enriched(b)),
        Transactions("bad-transaction", BlockError.InvalidTransaction, (b, w) => [.. b.Transactions, w.Sign(Impossible)]),
        Transactions("bad-size", BlockError.BlockTooLarge, (b, w) => [.. b.Transactions, w.Sign(Impossible with { Data = new byte[MaxBlockSize] })]),
        Transactions("bad-payload", BlockError.InvalidPayload, (b, w) => [w.SystemTransactionLike(b, [0xc0]), .. b.Transactions.Skip(1)]),
        Transactions("bad-system-transaction", BlockError.InvalidSystemTransaction,
            (b, w) => [w.SystemTransactionLike(b, Workshop.PayloadOf(b).Encode(), lessGas: 1), .. b.Transactions.Skip(1)]),
        Transactions("second-system-transaction", BlockError.ExtraSystemTransaction,
            (b, w) => [.. b.Transactions, w.SystemTransactionLike(b, Workshop.PayloadOf(b).Encode(), later: 1)]),
    ];

    // Of an account with nothing, and of a nonce that it will never have.
    private static Transaction Impossible => new() { Type = TxType.Legacy, Nonce = 1UL << 40, GasLimit = 21_000, To = default(Address), MaxFeePerGas = UInt256.One };

    private static Spoiler Transactions(string name, BlockError reason, Func<Block, Workshop, IReadOnlyList<Transaction>> spoil) =>
        new(name, reason, Outcome.Convicted, (block, workshop) => Workshop.WithTransactions(block, spoil(block, workshop)));

    // A coin more than the rules mint.
    private static Block Enriched(Block block)
    {
        Withdrawal[] withdrawals = [.. block.Body.Withdrawals!.Select(w => w with { AmountGwei = w.AmountGwei + 1 })];
        return new Block(block.Header with { WithdrawalsRoot = BodyRoots.OfWithdrawals(withdrawals) }, block.Body with { Withdrawals = withdrawals });
    }
}
