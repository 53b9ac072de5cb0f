using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.Specs;
using BpDao.State;

namespace BpDao.Blockchain;

/// <summary>The first block of a network and its state, made of a chainspec alone.</summary>
/// <param name="State">From nothing to the first state.</param>
public sealed record GenesisBlock(Block Block, StateChange State)
{
    /// <summary>Makes the block and compares its hash with the one that the chainspec names, if it names one.</summary>
    /// <param name="error">One line, the JSON path first.</param>
    public static bool TryCreate(ChainSpec spec, [NotNullWhen(true)] out GenesisBlock? genesis, [NotNullWhen(false)] out string? error)
    {
        genesis = Create(spec);
        error = spec.GenesisHash is { } named && named != genesis.Block.Hash
            ? $"genesisHash: the genesis block has hash {genesis.Block.Hash}, the file says {named}"
            : null;
        if (error is not null) genesis = null;
        return genesis is not null;
    }

    private static GenesisBlock Create(ChainSpec spec)
    {
        StateDiff diff = new();
        foreach ((Address address, GenesisAccount account) in spec.Genesis.Alloc)
        {
            GenesisDiff.Add(diff, address, account.Balance, account.Nonce, account.Code, account.Storage);
        }

        StateChange state = StateStore.Compute(StateView.Empty, diff);
        return new GenesisBlock(new Block(HeaderOf(spec, state.Root), BodyOf(spec)), state);
    }

    private static BlockHeader HeaderOf(ChainSpec spec, in Hash256 stateRoot)
    {
        GenesisSpec genesis = spec.Genesis;
        Fork fork = spec.Forks.At(0, genesis.Timestamp);
        return new BlockHeader
        {
            StateRoot = stateRoot,
            Beneficiary = genesis.Beneficiary,
            Difficulty = genesis.Difficulty,
            GasLimit = genesis.GasLimit,
            Timestamp = genesis.Timestamp,
            ExtraData = genesis.ExtraData,
            MixHash = genesis.MixHash,
            Nonce = genesis.Nonce,
            BaseFeePerGas = genesis.BaseFeePerGas,
            WithdrawalsRoot = fork >= Fork.Shanghai ? Account.EmptyTrieRoot : null,
            BlobGasUsed = fork >= Fork.Cancun ? genesis.BlobGasUsed ?? 0 : null,
            ExcessBlobGas = fork >= Fork.Cancun ? genesis.ExcessBlobGas ?? 0 : null,
            ParentBeaconBlockRoot = fork >= Fork.Cancun ? genesis.ParentBeaconBlockRoot ?? default(Hash256) : null,
            RequestsHash = fork >= Fork.Prague ? BlockHeader.EmptyRequestsHash : null,
        };
    }

    private static BlockBody BodyOf(ChainSpec spec) =>
        new([], [], spec.Forks.At(0, spec.Genesis.Timestamp) >= Fork.Shanghai ? [] : null);
}
