using System.Text.Json;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Testing.Chains;

/// <summary>Builds a chainspec: the latest fork at genesis, the Solo engine sealing on request, four rich accounts, the contracts of
/// EIP-4788 and EIP-2935.</summary>
public sealed class ChainSpecBuilder
{
    /// <summary>Code of EIP-4788, as the EIP deploys it.</summary>
    public const string BeaconRootsCode = "0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff"
        + "810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500";

    /// <summary>Code of EIP-2935, as the EIP deploys it.</summary>
    public const string HistoryStorageCode = "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81"
        + "430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    /// <summary>When every test chain begins.</summary>
    public const ulong GenesisTime = 1_700_000_000;

    private readonly Dictionary<Address, GenesisAccount> _alloc = [];
    private ForkSchedule _forks = ForkSchedule.FromGenesis(Fork.Osaka);
    private string _engine = "solo";
    private string _parameters = $$"""{ "producer": "{{Producer}}" }""";
    private Address? _baseFeeRecipient, _systemSender;
    private ulong _gasLimit = 30_000_000;

    public ChainSpecBuilder()
    {
        foreach (Address rich in (Address[])[TestKeys.A.Address, TestKeys.B.Address, TestKeys.C.Address, TestKeys.D.Address]) Fund(rich, 1000);
        WithContract(Address.Parse("0x000f3df6d732807ef1319fb7b8bb8522d0beac02"), Hex.Decode(BeaconRootsCode));
        WithContract(Address.Parse("0x0000f90827f1c53a10cb7a02335b175320002935"), Hex.Decode(HistoryStorageCode));
    }

    /// <summary>Seals under Solo.</summary>
    public static Address Producer => TestKeys.Of("producer").Address;

    public ChainSpecBuilder Fund(Address account, ulong ether) =>
        With(account, new GenesisAccount((UInt256)ether * 1_000_000_000_000_000_000, 0, default, new Dictionary<UInt256, UInt256>()));

    public ChainSpecBuilder WithContract(Address address, ReadOnlyMemory<byte> code, params (UInt256 Slot, UInt256 Value)[] storage) =>
        With(address, new GenesisAccount(UInt256.Zero, 1, code, storage.ToDictionary(s => s.Slot, s => s.Value)));

    public ChainSpecBuilder With(Address address, GenesisAccount account)
    {
        _alloc[address] = account;
        return this;
    }

    public ChainSpecBuilder WithForks(ForkSchedule forks)
    {
        _forks = forks;
        return this;
    }

    public ChainSpecBuilder WithGasLimit(ulong gasLimit)
    {
        _gasLimit = gasLimit;
        return this;
    }

    /// <summary>Who is credited with the base fee.</summary>
    public ChainSpecBuilder WithBaseFeeRecipient(Address recipient)
    {
        _baseFeeRecipient = recipient;
        return this;
    }

    public ChainSpecBuilder WithSystemSender(Address sender)
    {
        _systemSender = sender;
        return this;
    }

    public ChainSpecBuilder WithEngine(string type, string parameters)
    {
        (_engine, _parameters) = (type, parameters);
        return this;
    }

    public ChainSpec Done() => new()
    {
        Name = "test",
        ChainId = TransactionBuilder.TestChainId,
        NetworkId = TransactionBuilder.TestChainId,
        Forks = _forks,
        SealEngineType = _engine,
        EngineParameters = JsonSerializer.Deserialize<JsonElement>(_parameters),
        BaseFeeRecipient = _baseFeeRecipient,
        SystemSender = _systemSender,
        Genesis = new GenesisSpec
        {
            Timestamp = GenesisTime,
            GasLimit = _gasLimit,
            BaseFeePerGas = _forks.At(0, GenesisTime) >= Fork.London ? 1_000_000_000 : null,
            Alloc = _alloc,
        },
    };
}
