using System.Diagnostics.CodeAnalysis;
using BpDao.Blockchain;
using BpDao.Consensus.Por;
using BpDao.Consensus.Por.Blocks;
using BpDao.Consensus.Por.Epochs;
using BpDao.Consensus.Por.Protocol;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.Specs;
using BpDao.State;

namespace BpDao.Node.Genesis;

/// <summary>Makes a chainspec from a template (protocol rule 9.1): the same template always gives the same network.</summary>
internal static class GenesisBuilder
{
    /// <summary>The engine that templates are for.</summary>
    public const string Engine = "por";

    /// <param name="template">A chainspec without genesis hash, whose engine object is a <see cref="PorTemplate"/>.</param>
    /// <param name="warning">Sound, but the operator should know; null when nothing is.</param>
    /// <param name="error">One line, the JSON path first.</param>
    public static bool TryBuild(
        ChainSpec template, [NotNullWhen(true)] out ChainSpec? spec, out string? warning, [NotNullWhen(false)] out string? error)
    {
        (spec, warning) = (null, null);
        if (template.SealEngineType != Engine)
        {
            error = $"engine.{template.SealEngineType}: a template is for engine {Engine}";
            return false;
        }

        if (!PorTemplate.TryRead(template.EngineParameters, out PorTemplate? por, out error)) return false;
        if (!TryBenchOf(por, out Bench? bench))
        {
            error = "engine.por.producers: identities and keys must differ";
            return false;
        }

        ChainSpec network = template with
        {
            BaseFeeRecipient = SystemContracts.ValidationPool,
            SystemSender = SystemTransaction.Sender,
            EngineParameters = new PorParameters { Bench = bench, PublishedProducers = por.ProducerKeys, PublishedAccounts = por.AccountKeys }.ToJson(),
        };
        if (!TryAlloc(network, por, bench, out IReadOnlyDictionary<Address, GenesisAccount>? alloc, out error)) return false;

        network = network with { Genesis = network.Genesis with { Alloc = alloc } };
        if (!GenesisBlock.TryCreate(network, out GenesisBlock? genesis, out error)) return false;
        spec = network with { GenesisHash = genesis.Block.Hash };
        warning = WarningOf(por);
        return true;
    }

    private static bool TryBenchOf(PorTemplate por, [NotNullWhen(true)] out Bench? bench)
    {
        BenchMember[] members =
            [.. por.Producers.Select((p, slot) => new BenchMember((uint)slot, p.Identity, p.ConsensusKey.ToArray(), p.Bond))];
        return Bench.TryCreate(0, members, out bench) & members.DistinctBy(m => m.Identity).Count() == members.Length;
    }

    private static bool TryAlloc(
        ChainSpec network, PorTemplate por, Bench bench, [NotNullWhen(true)] out IReadOnlyDictionary<Address, GenesisAccount>? alloc,
        [NotNullWhen(false)] out string? error)
    {
        IReleaseSpec release = new ChainSpecProvider(network).GetSpec(0, network.Genesis.Timestamp);
        WorldState world = new(StateView.Empty);
        foreach ((Address address, ReadOnlyMemory<byte> code) in ForkContracts.All)
        {
            world.SetCode(address, code);
            world.SetNonce(address, 1);
        }

        foreach (Hash256 secret in por.AccountKeys) world.Credit(AddressOf(secret), por.AccountBalance);
        world.CommitTransaction(release);

        BlockContext block = new()
        {
            ChainId = network.ChainId,
            Number = 0,
            Timestamp = network.Genesis.Timestamp,
            Coinbase = SystemContracts.ValidationPool,
            GasLimit = network.Genesis.GasLimit,
            PrevRandao = network.Genesis.MixHash,
            BlockHashes = NoBlockHashes.Instance,
        };
        Hash256[] tips = [.. por.Producers.Select((p, i) => p.OnionTip ?? OnionTipOf(por, i))];
        SystemContractDeployment deployment = new(world, block, release);
        alloc = null;
        if (!deployment.TryRun(
            por, tips, network.Genesis.MixHash, BenchRecord.HashOf(bench), BenchRecord.HashOf(bench.RepeatedIn(1)), out error))
        {
            return false;
        }

        Dictionary<Address, GenesisAccount> accounts = new(network.Genesis.Alloc);
        StateDiff diff = world.BuildDiff();
        foreach ((Address address, AccountDiff account) in diff.Accounts)
        {
            ReadOnlyMemory<byte> code = account.CodeHash == Account.EmptyCodeHash ? default : diff.Code[account.CodeHash];
            if (!accounts.TryAdd(address, new GenesisAccount(account.Balance, account.Nonce, code, account.Storage)))
            {
                error = $"genesis.alloc.{address}: this account is the builder's to make";
                return false;
            }
        }

        alloc = accounts;
        return true;
    }

    private static Hash256 OnionTipOf(PorTemplate por, int index) =>
        new KeccakOnion(KeccakOnion.SeedOfPublishedKey(por.ProducerKeys[index], 0), (uint)(ulong)por.Parameter("onionLayers")).Tip;

    private static Address AddressOf(Hash256 secret)
    {
        using PrivateKey key = new(secret.Bytes);
        return key.Address;
    }

    // Protocol rule 9.3: while fees can mint more REP than there is, a newcomer can buy the majority with them.
    private static string? WarningOf(PorTemplate por)
    {
        UInt256 minted = por.Parameter("mintingRatio") * por.ExpectedFirstYearTax / UInt256.Parse("1000000000000000000");
        UInt256 supply = UInt256.Zero;
        foreach (TemplateProducer producer in por.Producers) supply += producer.Reputation;
        return minted > supply
            ? $"engine.por: the first year may mint {minted} REP wei, more than the {supply} at genesis; see docs/security.md on protocol rule 9.3"
            : null;
    }
}
