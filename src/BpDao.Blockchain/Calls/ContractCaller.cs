using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Reads on one open state, as the block after <c>header</c> sees it (protocol rule 2.7).</summary>
internal sealed class ContractCaller(IStateView state, BlockHeader header, IBlockHashProvider ancestors, ISpecProvider specs, TransactionProcessor evm)
    : IContractCaller
{
    private const ulong Gas = 10_000_000;

    public ContractCallResult Call(Address contract, ReadOnlyMemory<byte> input)
    {
        ulong number = header.Number + 1;
        IReleaseSpec spec = specs.GetSpec(header with { Number = number });
        BlockContext context = BlockContext.Of(header, specs.ChainId, ancestors) with { Number = number };
        CallRequest request = new() { From = spec.SystemSender ?? ForkSystemCalls.Caller, To = contract, Input = input, Gas = Gas };
        CallResult result = evm.ReadOnlyCall(request, context, spec, new WorldState(state));
        return new ContractCallResult(result.Success, result.Output);
    }

    public ulong NonceOf(Address account) => state.TryGetAccount(account, out Account found) ? found.Nonce : 0;

    public UInt256 BalanceOf(Address account) => state.TryGetAccount(account, out Account found) ? found.Balance : UInt256.Zero;
}

/// <summary>The same, opening the state for each read: it may be kept for long and used by several threads.</summary>
internal sealed class StoredContractCaller(StateStore states, BlockTree tree, BlockHeader header, ISpecProvider specs, TransactionProcessor evm)
    : IContractCaller
{
    public ContractCallResult Call(Address contract, ReadOnlyMemory<byte> input) => Read(caller => caller.Call(contract, input));

    public ulong NonceOf(Address account) => Read(caller => caller.NonceOf(account));

    public UInt256 BalanceOf(Address account) => Read(caller => caller.BalanceOf(account));

    private T Read<T>(Func<ContractCaller, T> read)
    {
        using StateView state = states.OpenView(header.StateRoot)
            ?? throw new InvalidOperationException($"The state of block {header.Number} was pruned while it was being read.");
        return read(new ContractCaller(state, header, new AncestorHashes(tree, header), specs, evm));
    }
}
