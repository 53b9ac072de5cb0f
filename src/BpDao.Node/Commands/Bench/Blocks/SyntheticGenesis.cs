using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Core;
using BpDao.Node.Genesis;
using BpDao.Specs;
using BpDao.State;

namespace BpDao.Node.Commands.Bench.Blocks;

/// <summary>The first block of a synthetic chain: every account has coins and holds the token.</summary>
internal static class SyntheticGenesis
{
    private const ulong Timestamp = 1_700_000_000;

    private static readonly UInt256 Coins = (UInt256)1_000_000 * 1_000_000_000_000_000_000;

    /// <summary>A network of one fork, without an engine and without execution requests.</summary>
    public static ISpecProvider Specs { get; } = new ChainSpecProvider(new ChainSpec
    {
        Name = "bench",
        ChainId = 1,
        NetworkId = 1,
        Forks = ForkSchedule.FromGenesis(Fork.Osaka),
        SealEngineType = "none",
        EngineParameters = default,
        Genesis = new GenesisSpec { Alloc = new Dictionary<Address, GenesisAccount>() },
    });

    public static GenesisBlock Create(SyntheticSize size, SyntheticAccounts accounts)
    {
        StateDiff diff = new();
        Dictionary<UInt256, UInt256> none = [], balances = new(size.Accounts);
        foreach (Address address in accounts.Addresses)
        {
            GenesisDiff.Add(diff, address, Coins, 0, default, none);
            balances.Add(BalanceSlot(address), 1_000_000_000);
        }

        GenesisDiff.Add(diff, SyntheticLoad.Token, UInt256.Zero, 1, TokenCode(), balances);
        foreach ((Address address, ReadOnlyMemory<byte> code) in ForkContracts.All) GenesisDiff.Add(diff, address, UInt256.Zero, 1, code, none);
        StateChange state = StateStore.Compute(StateView.Empty, diff);
        BlockHeader header = new()
        {
            StateRoot = state.Root,
            // Blocks half full keep the base fee where it is.
            GasLimit = 2 * size.BlockGas,
            Timestamp = Timestamp,
            BaseFeePerGas = BaseFee.Initial,
            WithdrawalsRoot = Account.EmptyTrieRoot,
            BlobGasUsed = 0,
            ExcessBlobGas = 0,
            ParentBeaconBlockRoot = Hash256.Zero,
            RequestsHash = BlockHeader.EmptyRequestsHash,
        };
        return new GenesisBlock(new Block(header, BlockBody.Empty), state);
    }

    /// <summary>The slot of a mapping's value is keccak256(key ‖ slot of the mapping); the token's balances are its slot 0.</summary>
    private static UInt256 BalanceSlot(in Address owner)
    {
        Span<byte> place = stackalloc byte[64];
        place.Clear();
        owner.Bytes.CopyTo(place[12..]);
        return UInt256.FromHash(Keccak256.Hash(place));
    }

    private static byte[] TokenCode()
    {
        using Stream artifact = typeof(SyntheticGenesis).Assembly.GetManifestResourceStream("artifacts/BenchToken.json")
            ?? throw new InvalidOperationException("The contract artefact BenchToken is not part of this build.");
        using JsonDocument document = JsonDocument.Parse(artifact);
        return Hex.Decode(document.RootElement.GetProperty("deployedBytecode").GetString()!);
    }
}
