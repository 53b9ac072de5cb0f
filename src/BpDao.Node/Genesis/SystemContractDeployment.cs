using System.Diagnostics.CodeAnalysis;
using BpDao.Core;
using BpDao.Core.Abi;
using BpDao.Evm;
using BpDao.Specs;

namespace BpDao.Node.Genesis;

/// <summary>Runs the constructors and initialisers of the system contracts on a world of their own, in the order that
/// <c>src/contracts/README.md</c> gives. What is left in the world is the genesis alloc (ADR 0005).</summary>
internal sealed class SystemContractDeployment
{
    private const ulong GasPerCall = 1_000_000_000;

    // Signs nothing and holds nothing; the initialisers may be called by anybody, once.
    private static readonly Address Deployer = Address.FromNumber(0xb0da00);

    private static readonly AbiFunction InitializeReputation = AbiFunction.Parse("initialize(string,string)");
    private static readonly AbiFunction InitializeGovernance = AbiFunction.Parse("initialize(address,uint64)");
    private static readonly AbiFunction InitializeWork = AbiFunction.Parse("initialize(uint256[])");
    private static readonly AbiFunction InitializeBeacon = AbiFunction.Parse("initialize(bytes32)");
    private static readonly AbiFunction InitializeEmpty = AbiFunction.Parse("initialize()");
    private static readonly AbiFunction InitializePool = AbiFunction.Parse("initialize((uint96,uint16,uint16,uint16,uint16,uint16,uint8,uint32))");
    private static readonly AbiFunction PoolTermsAt =
        AbiFunction.Parse("poolTermsAt(uint64)((uint96,uint16,uint16,uint16,uint16,uint16,uint8,uint32))");

    private static readonly AbiFunction InitializeAvailability =
        AbiFunction.Parse("initialize((address,bytes,uint112,uint112,bytes32)[],bytes32,bytes32)");

    private readonly TransactionProcessor _processor = TransactionProcessor.Create();
    private readonly WorldState _world;
    private readonly BlockContext _block;
    private readonly IReleaseSpec _spec;

    // The first refusal; the steps after it do nothing.
    private string? _refusal;

    public SystemContractDeployment(WorldState world, BlockContext block, IReleaseSpec spec)
    {
        _world = world;
        _block = block;
        _spec = spec;
    }

    /// <param name="recordHash0">keccak256 of the bench record of epoch 0; <paramref name="recordHash1"/> of epoch 1 (protocol rule 3.1).</param>
    /// <param name="error">One line: which contract refused what.</param>
    public bool TryRun(PorTemplate template, IReadOnlyList<Hash256> onionTips, Hash256 genesisMix, Hash256 recordHash0, Hash256 recordHash1,
        [NotNullWhen(false)] out string? error)
    {
        Address reputation = Implement("Reputation", 1);
        Proxy(SystemContracts.Reputation, reputation);
        Proxy(SystemContracts.GovernanceReputation, reputation);
        Address views = Implement("AvailabilityViews", 2);
        Proxy(SystemContracts.Availability, Implement("Availability", 3, AbiEncoder.Encode([AbiType.Address], views)));
        Proxy(SystemContracts.ValidationPool, Implement("ValidationPool", 4));
        Proxy(SystemContracts.Forum, Implement("Forum", 5));
        Proxy(SystemContracts.Governance, Implement("Governance", 6));
        Proxy(SystemContracts.Judiciary, Implement("Judiciary", 7));
        Proxy(SystemContracts.Beacon, Implement("Beacon", 8));
        Create("Work", SystemContracts.Work, []);

        Call("Reputation", SystemContracts.Reputation, InitializeReputation.Encode("Reputation", "REP"));
        Call("Reputation", SystemContracts.GovernanceReputation, InitializeReputation.Encode("Governance Reputation", "gREP"));
        Call("Governance", SystemContracts.Governance, InitializeGovernance.Encode(SystemContracts.Work, template.Parameter("epochLength")));
        Call("Work", SystemContracts.Work, InitializeWork.Encode((object)template.Parameters.Cast<object>().ToArray()));
        Call("Beacon", SystemContracts.Beacon, InitializeBeacon.Encode(genesisMix));
        Call("Forum", SystemContracts.Forum, InitializeEmpty.Encode());
        Call("Judiciary", SystemContracts.Judiciary, InitializeEmpty.Encode());
        ReadOnlyMemory<byte> terms = Call("Work", SystemContracts.Work, PoolTermsAt.Encode(0UL));
        Call("ValidationPool", SystemContracts.ValidationPool, [.. InitializePool.Selector, .. terms.Span]);
        Call("Availability", SystemContracts.Availability, InitializeAvailability.Encode(Bonds(template, onionTips), recordHash0, recordHash1));
        error = _refusal;
        return error is null;
    }

    private static object[] Bonds(PorTemplate template, IReadOnlyList<Hash256> onionTips)
    {
        object[] bonds = new object[template.Producers.Count];
        for (int i = 0; i < bonds.Length; i++)
        {
            TemplateProducer producer = template.Producers[i];
            bonds[i] = new object[]
            {
                producer.Identity, producer.ConsensusKey.ToArray(), producer.Reputation, producer.Bond, onionTips[i],
            };
        }

        return bonds;
    }

    // Implementations lie beside their proxies: 0x…b0da0100, 0x…b0da0200 and so on, so that an explorer shows what belongs together.
    private Address Implement(string name, uint number, ReadOnlySpan<byte> constructorArguments = default)
    {
        Address at = Address.FromNumber(0xb0da0000 + (number << 8));
        Create(name, at, constructorArguments);
        return at;
    }

    private void Proxy(Address at, Address implementation) => Create("SystemProxy", at, AbiEncoder.Encode([AbiType.Address], implementation));

    private void Create(string name, Address at, ReadOnlySpan<byte> constructorArguments) => Run(name, new CallRequest
    {
        From = Deployer,
        To = null,
        Input = (byte[])[.. ContractArtifact.Load(name).CreationCode.Span, .. constructorArguments],
        Gas = GasPerCall,
        CreateAt = at,
    });

    private ReadOnlyMemory<byte> Call(string name, Address to, byte[] input) => Run(name, new CallRequest
    {
        From = Deployer,
        To = to,
        Input = input,
        Gas = GasPerCall,
    });

    private ReadOnlyMemory<byte> Run(string name, in CallRequest request)
    {
        if (_refusal is not null) return default;
        CallResult result = _processor.Call(request, _block, _spec, _world);
        if (result.Success)
        {
            _world.CommitTransaction(_spec);
            return result.Output;
        }

        string reason = RevertReason.TryDescribe(result.Output.Span, out string? text) ? text : $"{result.Halt} {Hex.Encode(result.Output.Span)}";
        _refusal = $"engine.por: {name} refuses: {reason}";
        return default;
    }
}
