using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.State;

namespace BpDao.Node.Commands.Transition;

/// <summary>All accounts by address: before the transition, and with its changes after it.</summary>
internal sealed class PostAlloc(SortedDictionary<Address, TestAccount> accounts)
{
    public IReadOnlyDictionary<Address, TestAccount> Accounts => accounts;

    public StateView OpenView() => StateView.Empty.With(TestAccount.StateOf(accounts));

    public PostAlloc After(StateDiff diff)
    {
        SortedDictionary<Address, TestAccount> after = new(accounts);
        foreach ((Address address, AccountDiff changed) in diff.Accounts)
        {
            if (changed.Exists) after[address] = Changed(after.GetValueOrDefault(address), changed, diff);
            else after.Remove(address);
        }

        return new PostAlloc(after);
    }

    private static TestAccount Changed(TestAccount? before, AccountDiff changed, StateDiff diff)
    {
        Dictionary<UInt256, UInt256> storage = before is null || changed.StorageCleared ? [] : new(before.Storage);
        foreach ((UInt256 slot, UInt256 value) in changed.Storage)
        {
            if (value.IsZero) storage.Remove(slot);
            else storage[slot] = value;
        }

        ReadOnlyMemory<byte> code = changed.CodeHash == Account.EmptyCodeHash ? default
            : diff.Code.TryGetValue(changed.CodeHash, out ReadOnlyMemory<byte> created) ? created
            : before!.Code;
        return new TestAccount(changed.Nonce, changed.Balance, code, storage);
    }
}
