namespace BpDao.Core;

/// <summary>Read access to the state at one root. A view is a snapshot: it answers the same as long as it is open.</summary>
/// <remarks>Views are not thread-safe unless their maker says so; each execution opens its own.</remarks>
public interface IStateView
{
    /// <summary>False when the account does not exist.</summary>
    bool TryGetAccount(in Address address, out Account account);

    /// <summary>The value of a storage slot, zero when it was never written.</summary>
    UInt256 GetStorage(in Address address, in UInt256 slot);

    /// <summary>Code by its hash; empty for <see cref="Account.EmptyCodeHash"/>.</summary>
    /// <exception cref="InvalidOperationException">The database does not hold code that an account names: it is corrupt.</exception>
    ReadOnlyMemory<byte> GetCode(in Hash256 codeHash);
}
