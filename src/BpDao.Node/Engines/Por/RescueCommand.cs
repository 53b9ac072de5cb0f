using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Consensus.Por.Rules;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Node.Commands;
using BpDao.Node.Composition;
using BpDao.Node.Options;
using BpDao.Node.Storage;
using BpDao.Specs;

namespace BpDao.Node.Engines.Por;

/// <summary><c>bpdao rescue</c>: makes, or signs, what the operators of a dead network agree on (docs/consensus.md §10). The node must be stopped.</summary>
internal sealed class RescueCommand : ICommand
{
    public string Name => "rescue";

    public string Usage => "FILE --datadir D --account ADDRESS --password-file FILE [--lost SLOT,… --until-epoch E]";

    public string Summary => "Make or sign an agreement to go on without producers that are lost for good.";

    public IReadOnlyList<Type> Areas => [typeof(NodeOptions), typeof(DatabaseOptions), typeof(LogOptions), typeof(RescueOptions)];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        if (!console.TryRead(this, arguments, out Settings? settings, out List<string> paths)) return Task.FromResult(ExitCode.BadInput);
        (NodeOptions options, RescueOptions wanted) = (settings.Get<NodeOptions>(), settings.Get<RescueOptions>());
        if (paths.Count != 1) return Task.FromResult(console.Refuse($"one file is to be named; usage: bpdao rescue {Usage}"));
        if (options.DataDir.Length == 0) return Task.FromResult(console.Refuse("--datadir: missing"));
        if (!Directory.Exists(options.DataDir)) return Task.FromResult(console.Refuse($"--datadir: '{options.DataDir}' does not exist"));
        if (options.Account.Length == 0) return Task.FromResult(console.Refuse("--account: missing; it signs the agreement"));
        using DataDirectory data = DataDirectory.Open(options.DataDir);
        ChainSpec spec = NodeChain.Load(options, data);
        using OfflineChain chain = OfflineChain.Open(spec, data, settings);
        if (chain.Rules is not PorRules rules) return Task.FromResult(console.Refuse($"chain '{spec.Name}': its engine knows no rescue"));
        BenchRescue rescue = File.Exists(paths[0]) ? PorOptions.ReadRescue(paths[0]) : Make(wanted, chain.Tree.Head, rules.Epochs);
        if (chain.Tree.HeaderByNumber(rescue.Height)?.Hash != rescue.Hash) throw new OperatorFault($"'{paths[0]}': this node does not have block {rescue.Height} with hash {rescue.Hash}; compare heads with the others first");
        if (chain.Tree.Head.Number != rescue.Height) throw new OperatorFault($"'{paths[0]}': this node is at block {chain.Tree.Head.Number}, and everybody would go back to {rescue.Height}; make it on the highest head");

        using PrivateKey key = NodeKey.Unlock(options, data.Path, EngineCatalog.ChainInfo(spec))!;
        CertificateVerifier verifier = BpDao.Consensus.Por.PorPlugin.CreateVerifier(spec);
        Bench bench = rules.Epochs.BenchOf(rescue.Epoch) ?? throw new OperatorFault($"'{paths[0]}': the bench of epoch {rescue.Epoch} is not known here");
        BenchMember self = rescue.RestOf(bench)?.FindKey(key.Address.Bytes) ?? throw new OperatorFault($"--account: {key.Address} is not among those that are left");
        byte[] signature = new KeySigner(key).Sign(rescue.Digest(verifier.Domain));
        rescue = rescue with { Signatures = [.. rescue.Signatures.Where(s => s.Slot != self.Slot), new RescueSignature(self.Slot, signature)] };
        Write(paths[0], rescue);

        string? fault = rescue.FaultOf(bench, verifier, out _);
        console.Out.WriteLine($"{paths[0]}: above block {rescue.Height} and through epoch {rescue.UntilEpoch} without slots {string.Join(", ", rescue.Lost)}; signed by {string.Join(", ", rescue.Signatures.Select(s => s.Slot).Order())}");
        console.Out.WriteLine(fault is null ? $"All operators start with --por.rescue {paths[0]} now." : $"Not enough yet: {fault}.");
        return Task.FromResult(ExitCode.Success);
    }

    private static BenchRescue Make(RescueOptions wanted, BlockHeader head, EpochStore epochs)
    {
        if (wanted.Lost.Length == 0) throw new OperatorFault("--lost: missing; it makes a new file");
        ulong epoch = (epochs.LastGoodClock() ?? EpochClock.Default).EpochOf(head.Number + 1);
        if (wanted.UntilEpoch is not { } until) throw new OperatorFault($"--until-epoch: missing; the next block is of epoch {epoch}, and the contracts drop who is silent a quarter of the weight an epoch, three epochs later");
        if (until < epoch) throw new OperatorFault($"--until-epoch {until}: the next block is of epoch {epoch}");
        return new BenchRescue(head.Number, head.Hash, epoch, until, wanted.ReadSlots()!, []);
    }

    private static void Write(string path, BenchRescue rescue)
    {
        try
        {
            File.WriteAllText(path + ".partial", RescueFile.Format(rescue));
            File.Move(path + ".partial", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorFault($"'{path}' cannot be written: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", e);
        }
    }
}
