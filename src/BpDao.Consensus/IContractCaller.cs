using BpDao.Core;

namespace BpDao.Consensus;

/// <summary>Reads contracts on the state of one block as the next block sees them (protocol rule 2.7): header h−1, number h,
/// caller SYSTEM, 10 M gas, nothing kept.</summary>
public interface IContractCaller
{
    ContractCallResult Call(Address contract, ReadOnlyMemory<byte> input);

    /// <summary>The account's nonce in that state, zero when it does not exist.</summary>
    ulong NonceOf(Address account);

    /// <summary>The account's balance in that state, in wei.</summary>
    UInt256 BalanceOf(Address account);
}

/// <summary>What a read returned. A contract can fail, so failing is a result.</summary>
/// <param name="Success">False on revert, out of gas or any other halt.</param>
/// <param name="Output">Return data, or revert data.</param>
public readonly record struct ContractCallResult(bool Success, ReadOnlyMemory<byte> Output);

/// <summary>Opens <see cref="IContractCaller"/>s on committed blocks.</summary>
public interface IContractReader
{
    /// <summary>Null when the state of that block is not kept any more.</summary>
    IContractCaller? At(Hash256 blockHash);
}
