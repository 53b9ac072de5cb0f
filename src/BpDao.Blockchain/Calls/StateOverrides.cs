using BpDao.Core;

namespace BpDao.Blockchain;

/// <summary>What a caller wants an account to be for one call.</summary>
public sealed record AccountOverride
{
    public ulong? Nonce { get; init; }

    /// <summary>In wei.</summary>
    public UInt256? Balance { get; init; }

    public ReadOnlyMemory<byte>? Code { get; init; }

    /// <summary>All of the storage: slots that are not here are zero.</summary>
    public IReadOnlyDictionary<UInt256, UInt256>? State { get; init; }

    /// <summary>Some slots; the others are as they were.</summary>
    public IReadOnlyDictionary<UInt256, UInt256>? StateDiff { get; init; }
}

/// <summary>What a caller wants the block to be for one call.</summary>
public sealed record BlockOverrides
{
    public ulong? Number { get; init; }

    /// <summary>Unix seconds.</summary>
    public ulong? Timestamp { get; init; }

    public ulong? GasLimit { get; init; }

    public Address? Coinbase { get; init; }

    public Hash256? PrevRandao { get; init; }

    /// <summary>In wei.</summary>
    public UInt256? BaseFee { get; init; }
}

/// <summary>A state seen through overrides.</summary>
internal sealed class OverriddenState : IStateView
{
    private readonly IStateView _state;
    private readonly IReadOnlyDictionary<Address, AccountOverride> _overrides;
    private readonly Dictionary<Hash256, ReadOnlyMemory<byte>> _code = [];

    public OverriddenState(IStateView state, IReadOnlyDictionary<Address, AccountOverride> overrides)
    {
        (_state, _overrides) = (state, overrides);
        foreach (AccountOverride account in overrides.Values)
        {
            if (account.Code is { } code) _code[Keccak256.Hash(code.Span)] = code;
        }
    }

    public bool TryGetAccount(in Address address, out Account account)
    {
        bool exists = _state.TryGetAccount(address, out account);
        if (!_overrides.TryGetValue(address, out AccountOverride? wanted)) return exists;
        if (!exists) account = Account.Empty;
        account = account with
        {
            Nonce = wanted.Nonce ?? account.Nonce,
            Balance = wanted.Balance ?? account.Balance,
            CodeHash = wanted.Code is { } code ? Keccak256.Hash(code.Span) : account.CodeHash,
        };
        return true;
    }

    public UInt256 GetStorage(in Address address, in UInt256 slot)
    {
        if (!_overrides.TryGetValue(address, out AccountOverride? wanted)) return _state.GetStorage(address, slot);
        if (wanted.StateDiff is { } diff && diff.TryGetValue(slot, out UInt256 changed)) return changed;
        return wanted.State is { } all ? all.GetValueOrDefault(slot) : _state.GetStorage(address, slot);
    }

    public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash) =>
        _code.TryGetValue(codeHash, out ReadOnlyMemory<byte> code) ? code : _state.GetCode(codeHash);
}
