using BpDao.Consensus.Por.Contracts;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Engines;
using BpDao.Node.Options;
using BpDao.Specs;

namespace BpDao.Node.Commands.Bonds;

/// <summary><c>bpdao bond signal</c>: the transaction by which an identity bonds REP for a consensus key (protocol rule 3.3). Nothing is sent: the
/// identity's wallet does that.</summary>
internal sealed class BondSignalCommand : ICommand
{
    public string Name => "bond signal";

    public string Usage => "--chain FILE --identity ADDRESS --amount REP --account KEY [--datadir D | --keystore K] [--password-file FILE]";

    public string Summary => "Print the transaction that bonds REP for a node's consensus key.";

    public IReadOnlyList<Type> Areas => [typeof(BondOptions), typeof(NodeOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop) =>
        Task.FromResult(console.TryRead(this, arguments, out Settings? settings) ? Run(settings, console) : ExitCode.BadInput);

    private static int Run(Settings settings, CommandConsole console)
    {
        (BondOptions bond, NodeOptions node) = (settings.Get<BondOptions>(), settings.Get<NodeOptions>());
        if (node.Chain.Length == 0) return console.Refuse("--chain: missing");
        if (!Address.TryParse(bond.Identity, out Address identity)) return console.Refuse("--identity: missing");
        if (!bond.TryReadAmount(out UInt256 amount)) return console.Refuse("--amount: missing");
        if (node.Account.Length == 0) return console.Refuse("--account: missing; it names the consensus key");
        ChainSpec spec = NodeChain.Load(node.Chain);
        if (spec.SealEngineType != "por") return console.Refuse($"--chain: '{spec.Name}' has no bonds; its engine is {spec.SealEngineType}");

        using PrivateKey key = NodeKey.Unlock(node, node.DataDir, EngineCatalog.ChainInfo(spec))!;
        using KeySigner signer = new(key);
        SigningDomain domain = SigningDomain.Of(spec.ChainId, spec.GenesisHash!.Value);
        Hash256 tip = new KeccakOnion(KeccakOnion.Seed(signer, 0), (uint)bond.OnionLayers).Tip;
        byte[] data = AvailabilityContract.Signal.Encode(amount, key.Address.ToArray(), signer.Sign(domain.Possession(identity)), tip);
        console.Out.WriteLine($"from {identity}");
        console.Out.WriteLine($"to   {SystemContracts.Availability}");
        console.Out.WriteLine($"data {Hex.Encode(data)}");
        return ExitCode.Success;
    }
}
