using BpDao.Core;

namespace BpDao.Testing;

/// <summary>Builds a block as a value: its roots are what the test says, nothing is executed.</summary>
public sealed class BlockBuilder
{
    private readonly List<Transaction> _transactions = [];
    private BlockHeader _header = new()
    {
        Number = 1,
        Timestamp = 1,
        GasLimit = 30_000_000,
        BaseFeePerGas = 1_000_000_000,
    };

    /// <summary>The next number, a second later.</summary>
    public BlockBuilder WithParent(BlockHeader parent) => With(h => h with
    {
        ParentHash = parent.Hash,
        Number = parent.Number + 1,
        Timestamp = parent.Timestamp + 1,
        GasLimit = parent.GasLimit,
        BaseFeePerGas = parent.BaseFeePerGas,
    });

    public BlockBuilder With(Func<BlockHeader, BlockHeader> change)
    {
        _header = change(_header);
        return this;
    }

    public BlockBuilder WithTransactions(params IEnumerable<Transaction> transactions)
    {
        _transactions.AddRange(transactions);
        return this;
    }

    public Block Done() => new(_header, new BlockBody([.. _transactions], [], _header.WithdrawalsRoot is null ? null : []));
}
