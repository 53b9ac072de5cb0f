using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs;

/// <summary>A network as data: which rules hold when, which engine makes blocks, what the first state is.</summary>
public sealed record ChainSpec
{
    public required string Name { get; init; }

    public required ulong ChainId { get; init; }

    /// <summary>The devp2p network id; the chain id unless said otherwise.</summary>
    public required ulong NetworkId { get; init; }

    public required ForkSchedule Forks { get; init; }

    /// <summary>The engine's key under <c>engine</c>, e.g. <c>por</c> or <c>solo</c>.</summary>
    public required string SealEngineType { get; init; }

    /// <summary>The engine's own object, read by the engine.</summary>
    public required JsonElement EngineParameters { get; init; }

    public required GenesisSpec Genesis { get; init; }

    /// <summary>The hash the genesis block must have; null in templates only.</summary>
    public Hash256? GenesisHash { get; init; }

    /// <summary>Who is credited with the base fee; null burns it.</summary>
    public Address? BaseFeeRecipient { get; init; }

    /// <summary>A beacon chain follows this one, so its blocks carry requests from Prague on (EIP-7685). Networks that this program makes
    /// have none (protocol rule 2.2).</summary>
    public bool ExecutionRequests { get; init; }

    /// <summary>EIP-6110: whose logs are deposits; mainnet's contract unless said otherwise.</summary>
    public Address DepositContract { get; init; } = SystemContracts.MainnetDeposits;

    /// <summary>Blob parameters by the fork that brings them, each until the next (EIP-7840); null for mainnet's.</summary>
    public IReadOnlyDictionary<Fork, BlobSchedule>? BlobSchedules { get; init; }

    /// <summary>Sender of the protocol's own transactions; null without.</summary>
    public Address? SystemSender { get; init; }
}

/// <summary>The genesis header's free fields and the first accounts.</summary>
public sealed record GenesisSpec
{
    public ulong Timestamp { get; init; }

    public ulong GasLimit { get; init; }

    public UInt256 Difficulty { get; init; }

    public ulong Nonce { get; init; }

    public Hash256 MixHash { get; init; }

    public Address Beneficiary { get; init; }

    public ReadOnlyMemory<byte> ExtraData { get; init; }

    /// <summary>In wei; required when London holds at genesis.</summary>
    public UInt256? BaseFeePerGas { get; init; }

    public ulong? BlobGasUsed { get; init; }

    public ulong? ExcessBlobGas { get; init; }

    public Hash256? ParentBeaconBlockRoot { get; init; }

    public required IReadOnlyDictionary<Address, GenesisAccount> Alloc { get; init; }
}

/// <summary>One account of the first state.</summary>
public sealed record GenesisAccount(
    UInt256 Balance, ulong Nonce, ReadOnlyMemory<byte> Code, IReadOnlyDictionary<UInt256, UInt256> Storage);
