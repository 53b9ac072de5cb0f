using BpDao.Core;
using BpDao.Evm;

namespace BpDao.Blockchain;

/// <summary>EIP-779: at the beginning of one block the ether of the DAO and its children goes to the contract that gives it back.</summary>
internal static class DaoFork
{
    private static readonly Address Refund = Address.Parse("0xbf4ed7b27f1d666546e30d74d50d173d20bca754");

    private static readonly Lazy<Address[]> Accounts = new(ReadAccounts);

    public static void MoveEther(WorldState world, IReleaseSpec spec)
    {
        foreach (Address account in Accounts.Value)
        {
            UInt256 balance = world.GetBalance(account);
            world.SetBalance(account, UInt256.Zero);
            world.Credit(Refund, balance);
        }

        world.CommitTransaction(spec);
    }

    private static Address[] ReadAccounts()
    {
        using Stream list = typeof(DaoFork).Assembly.GetManifestResourceStream("dao-accounts.txt")
            ?? throw new InvalidOperationException("The list of the DAO's accounts is not in the assembly.");
        using StreamReader reader = new(list);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Address.Parse)];
    }
}
