using BpDao.Consensus;
using BpDao.Core;
using BpDao.Evm;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>Opens contracts on committed blocks for the engine.</summary>
public sealed class ContractReader(BlockTree tree, StateStore states, ISpecProvider specs, TransactionProcessor evm) : IContractReader
{
    public IContractCaller? At(Hash256 blockHash)
    {
        if (tree.HeaderByHash(blockHash) is not { } header) return null;
        using StateView? state = states.OpenView(header.StateRoot);
        return state is null ? null : new StoredContractCaller(states, tree, header, specs, evm);
    }
}
