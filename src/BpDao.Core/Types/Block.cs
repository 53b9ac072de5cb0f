namespace BpDao.Core;

/// <summary>A header with its body. Equality is the header's.</summary>
public sealed record Block(BlockHeader Header, BlockBody Body)
{
    public Hash256 Hash => Header.Hash;

    public ulong Number => Header.Number;

    public IReadOnlyList<Transaction> Transactions => Body.Transactions;

    public bool Equals(Block? other) => other is not null && Hash == other.Hash;

    public override int GetHashCode() => Hash.GetHashCode();
}

/// <summary>What a header commits to by its roots.</summary>
/// <param name="Transactions">In order of execution.</param>
/// <param name="Ommers">Headers of uncles; empty after Paris.</param>
/// <param name="Withdrawals">Null before Shanghai.</param>
public sealed record BlockBody(
    IReadOnlyList<Transaction> Transactions, IReadOnlyList<BlockHeader> Ommers, IReadOnlyList<Withdrawal>? Withdrawals)
{
    public static BlockBody Empty { get; } = new([], [], []);
}
