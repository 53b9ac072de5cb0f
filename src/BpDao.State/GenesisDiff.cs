using BpDao.Core;

namespace BpDao.State;

/// <summary>Builds the diff from nothing to the first state, account by account.</summary>
public static class GenesisDiff
{
    /// <summary>Adds an account as a genesis allocation lists it; slots with value zero are no slots.</summary>
    public static void Add(
        StateDiff diff, in Address address, in UInt256 balance, ulong nonce, ReadOnlyMemory<byte> code, IReadOnlyDictionary<UInt256, UInt256> storage)
    {
        Hash256 codeHash = Keccak256.Hash(code.Span);
        if (!code.IsEmpty) diff.Code[codeHash] = code;
        diff.Accounts.Add(address, new AccountDiff
        {
            Exists = true,
            Balance = balance,
            Nonce = nonce,
            CodeHash = codeHash,
            Storage = new Dictionary<UInt256, UInt256>(storage),
        });
    }
}
