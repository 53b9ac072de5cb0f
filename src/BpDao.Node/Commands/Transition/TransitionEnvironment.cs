using System.Text.Json;
using BpDao.Blockchain;
using BpDao.Consensus;
using BpDao.Consensus.Ethash;
using BpDao.Core;
using BpDao.Evm;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.Transition;

/// <summary>The block around the transactions, from <c>env</c>. What it does not say of the block follows from what it says of the parent.</summary>
internal sealed class TransitionEnvironment : IBlockHashProvider
{
    private readonly JsonElement _json;
    private readonly Dictionary<ulong, Hash256> _hashes;
    private readonly IReadOnlyList<(Address Beneficiary, ulong Delta)> _ommers;

    private TransitionEnvironment(JsonElement json, IReleaseSpec spec)
    {
        _json = json;
        _hashes = json.TryGetProperty("blockHashes", out JsonElement hashes)
            ? hashes.EnumerateObject().ToDictionary(h => (ulong)TestNumbers.Word(h.Name), h => TestNumbers.Hash(h.Value))
            : [];
        Header = ReadHeader(spec);
        Withdrawals = ReadWithdrawals(spec);
        _ommers = [.. Optional("ommers") is { } ommers ? ommers.EnumerateArray().Select(ReadOmmer) : []];
    }

    /// <summary>Fields that follow from execution keep their defaults.</summary>
    public BlockHeader Header { get; }

    public IReadOnlyList<Withdrawal> Withdrawals { get; }

    /// <summary>The first block whose hash code asked for and nobody gave.</summary>
    public ulong? MissingHash { get; private set; }

    /// <exception cref="TransitionFault">A field is missing or malformed.</exception>
    public static TransitionEnvironment Read(JsonElement json, IReleaseSpec spec) => TransitionFault.Reading("env", () => new TransitionEnvironment(json, spec));

    public Hash256 GetBlockHash(ulong number)
    {
        if (_hashes.TryGetValue(number, out Hash256 hash)) return hash;
        MissingHash ??= number;
        return Hash256.Zero;
    }

    /// <summary>The miner's and the ommers' shares of a reward (Yellow Paper §11.3).</summary>
    public IReadOnlyList<BlockReward> Rewards(UInt256 reward)
    {
        List<BlockReward> rewards = [];
        UInt256 miner = reward;
        foreach ((Address beneficiary, ulong delta) in _ommers)
        {
            rewards.Add(new BlockReward(beneficiary, reward * (8 - delta) / 8));
            miner += reward / 32;
        }

        rewards.Add(new BlockReward(Header.Beneficiary, miner));
        return rewards;
    }

    private BlockHeader ReadHeader(IReleaseSpec spec)
    {
        ulong number = TestNumbers.Long(Required("currentNumber"));
        ulong timestamp = TestNumbers.Long(Required("currentTimestamp"));
        BlockHeader parent = ReadParent(number);
        return new BlockHeader
        {
            ParentHash = number > 0 ? _hashes.GetValueOrDefault(number - 1) : Hash256.Zero,
            Number = number,
            Timestamp = timestamp,
            Beneficiary = TestNumbers.Address(Required("currentCoinbase")),
            GasLimit = TestNumbers.Long(Required("currentGasLimit")),
            Difficulty = spec.IsParis ? UInt256.Zero : DifficultyOf(parent, timestamp, spec),
            MixHash = spec.IsParis ? TestNumbers.Hash(Required("currentRandom")) : Hash256.Zero,
            BaseFeePerGas = spec.IsLondon ? BaseFeeOf(parent, spec) : null,
            ExcessBlobGas = spec.IsCancun ? ExcessOf(parent, spec) : null,
            ParentBeaconBlockRoot = spec.IsCancun ? TestNumbers.Hash(Required("parentBeaconBlockRoot")) : null,
        };
    }

    private BlockHeader ReadParent(ulong number) => new()
    {
        Number = number > 0 ? number - 1 : 0,
        Timestamp = Optional("parentTimestamp") is { } time ? TestNumbers.Long(time) : 0,
        Difficulty = Optional("parentDifficulty") is { } difficulty ? TestNumbers.Word(difficulty) : UInt256.Zero,
        OmmersHash = Optional("parentUncleHash") is { } ommers && TestNumbers.Hash(ommers) is { IsZero: false } hash ? hash : BlockHeader.EmptyOmmersHash,
        BaseFeePerGas = Optional("parentBaseFee") is { } fee ? TestNumbers.Word(fee) : null,
        GasUsed = Optional("parentGasUsed") is { } used ? TestNumbers.Long(used) : 0,
        GasLimit = Optional("parentGasLimit") is { } limit ? TestNumbers.Long(limit) : 0,
        ExcessBlobGas = Optional("parentExcessBlobGas") is { } excess ? TestNumbers.Long(excess) : null,
        BlobGasUsed = Optional("parentBlobGasUsed") is { } blobs ? TestNumbers.Long(blobs) : null,
    };

    private UInt256 DifficultyOf(BlockHeader parent, ulong timestamp, IReleaseSpec spec)
    {
        if (Optional("currentDifficulty") is { } stated) return TestNumbers.Word(stated);
        if (parent.Difficulty.IsZero) throw TransitionFault.Config("env: there is neither currentDifficulty nor parentDifficulty");
        if (timestamp <= parent.Timestamp) throw TransitionFault.Config("env: currentTimestamp must be after parentTimestamp");
        return Difficulty.Next(parent, timestamp, spec);
    }

    private UInt256 BaseFeeOf(BlockHeader parent, IReleaseSpec spec)
    {
        if (Optional("currentBaseFee") is { } stated) return TestNumbers.Word(stated);
        if (parent.BaseFeePerGas is null || parent.GasLimit == 0) throw TransitionFault.Config("env: there is neither currentBaseFee nor parentBaseFee with parentGasLimit");
        return BaseFee.Next(parent, spec)!.Value;
    }

    private ulong ExcessOf(BlockHeader parent, IReleaseSpec spec) =>
        Optional("currentExcessBlobGas") is { } stated
            ? TestNumbers.Long(stated)
            : BlobGas.NextExcess(parent.ExcessBlobGas ?? 0, parent.BlobGasUsed ?? 0, parent.BaseFeePerGas ?? UInt256.Zero, spec);

    private IReadOnlyList<Withdrawal> ReadWithdrawals(IReleaseSpec spec)
    {
        if (!spec.IsShanghai) return [];
        return
        [
            .. Required("withdrawals").EnumerateArray().Select(w => new Withdrawal(
                TestNumbers.Long(w.GetProperty("index")), TestNumbers.Long(w.GetProperty("validatorIndex")),
                TestNumbers.Address(w.GetProperty("address")), TestNumbers.Long(w.GetProperty("amount")))),
        ];
    }

    private static (Address Beneficiary, ulong Delta) ReadOmmer(JsonElement ommer)
    {
        ulong delta = TestNumbers.Long(ommer.GetProperty("delta"));
        if (delta is 0 or > 8) throw TransitionFault.Config($"env: an ommer's delta is 1 to 8, not {delta}");
        return (TestNumbers.Address(ommer.GetProperty("address")), delta);
    }

    private JsonElement Required(string name) => Optional(name) ?? throw TransitionFault.Config($"env: {name} is missing");

    private JsonElement? Optional(string name) =>
        _json.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;
}
