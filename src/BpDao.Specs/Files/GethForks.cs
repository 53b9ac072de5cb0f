using System.Text.Json;
using BpDao.Core;

namespace BpDao.Specs.Files;

/// <summary>The forks of geth's <c>config</c>: <c>…Block</c> up to Gray Glacier, <c>terminalTotalDifficulty</c>, <c>…Time</c> from Shanghai on.</summary>
internal static class GethForks
{
    public const string Terminal = "terminalTotalDifficulty", Netsplit = "mergeNetsplitBlock", DaoSupport = "daoForkSupport";

    /// <summary>Bootnodes, which geth's files have no place for: who has this key is written for Besu.</summary>
    private const string BesuOnly = "discovery";

    /// <summary>Keys of one fork; the first is the one that is written. EIP-155 and EIP-158 are one fork here.</summary>
    private static readonly (Fork Fork, string[] Keys)[] Blocks =
    [
        (Fork.Homestead, ["homesteadBlock"]),
        (Fork.Dao, ["daoForkBlock"]),
        (Fork.TangerineWhistle, ["eip150Block"]),
        (Fork.SpuriousDragon, ["eip158Block", "eip155Block"]),
        (Fork.Byzantium, ["byzantiumBlock"]),
        (Fork.Constantinople, ["constantinopleBlock"]),
        (Fork.Petersburg, ["petersburgBlock", "constantinopleFixBlock"]),
        (Fork.Istanbul, ["istanbulBlock"]),
        (Fork.MuirGlacier, ["muirGlacierBlock"]),
        (Fork.Berlin, ["berlinBlock"]),
        (Fork.London, ["londonBlock"]),
        (Fork.ArrowGlacier, ["arrowGlacierBlock"]),
        (Fork.GrayGlacier, ["grayGlacierBlock"]),
    ];

    private static readonly (Fork Fork, string Key)[] Times =
    [
        (Fork.Shanghai, "shanghaiTime"), (Fork.Cancun, "cancunTime"), (Fork.Prague, "pragueTime"),
        (Fork.Osaka, "osakaTime"), (Fork.Bpo1, "bpo1Time"), (Fork.Bpo2, "bpo2Time"),
    ];

    /// <summary>Keys that look like forks and change no rule: the first of all, and old names for the split of the network.</summary>
    private static readonly string[] WithoutRules = ["frontierBlock", "preMergeForkBlock", "mergeForkBlock"];

    public static ForkSchedule Read(SpecObject config)
    {
        List<ForkActivation> activations = [];
        foreach ((Fork fork, string[] keys) in Blocks)
        {
            if (ReadBlock(config, keys) is { } block) activations.Add(new ForkActivation(fork, block, null));
        }

        AddPetersburg(activations);
        if (config.Has("daoForkBlock")) RequireDaoSupport(config);
        UInt256? terminal = config.UInt256(Terminal);
        if (terminal is { IsZero: true }) activations.Add(new ForkActivation(Fork.Paris, 0, null));
        foreach ((Fork fork, string key) in Times)
        {
            if (config.UInt64(key) is { } time) activations.Add(new ForkActivation(fork, 0, time == 0 ? null : time));
        }

        ulong? netsplit = config.UInt64(Netsplit);
        RefuseUnknownForks(config);
        RefuseDisorder(config, activations);
        return new ForkSchedule
        {
            Activations = activations,
            TerminalTotalDifficulty = terminal is { IsZero: false } ? terminal : null,
            MergeNetsplitBlock = terminal is { IsZero: false } ? netsplit : null,
        };
    }

    /// <summary>The forks of a chainspec as geth's keys and numbers.</summary>
    /// <param name="error">What geth's file cannot say; null when it can say everything.</param>
    public static List<KeyValuePair<string, ulong>> Write(ForkSchedule forks, out string? error)
    {
        List<KeyValuePair<string, ulong>> written = [];
        error = null;
        foreach ((Fork fork, string[] keys) in Blocks)
        {
            if (StartOf(forks, fork) is not { } start) continue;
            if (start.Timestamp is not null) error ??= $"forks.{ForkScheduleReader.NameOf(fork)}: begins at a block in geth's file, here at time {start.Timestamp}";
            foreach (string key in fork == Fork.SpuriousDragon ? ["eip155Block", "eip158Block"] : keys[..1]) written.Add(new(key, start.Block));
        }

        foreach ((Fork fork, string key) in Times)
        {
            if (StartOf(forks, fork) is { } start) written.Add(new(key, start.Timestamp ?? 0));
        }

        ForkActivation? paris = StartOf(forks, Fork.Paris);
        if (forks.TerminalTotalDifficulty is null && paris is { } merge && (merge.Block > 0 || merge.Timestamp > 0))
        {
            error ??= "forks.paris: begins at a total difficulty in geth's file";
        }

        if (forks.MergeNetsplitBlock is { } netsplit) written.Add(new(Netsplit, netsplit));
        return written;
    }

    /// <summary>When a fork's rules begin, be it by a later fork that contains them; null when they never do, or by total difficulty only.
    /// Forks that are no step of the rules (DAO, delays of the bomb) are not implied.</summary>
    private static ForkActivation? StartOf(ForkSchedule forks, Fork fork)
    {
        bool isStep = fork is not (Fork.Dao or Fork.MuirGlacier or Fork.ArrowGlacier or Fork.GrayGlacier);
        foreach (ForkActivation activation in forks.Activations)
        {
            if (activation.Fork == fork || (isStep && activation.Fork > fork)) return activation;
        }

        return null;
    }

    /// <summary>Without the flag geth refuses the DAO fork, and Besu, which has no such flag, follows it.</summary>
    private static void RequireDaoSupport(SpecObject config)
    {
        if (config.Has(DaoSupport))
        {
            if (!config.Flag(DaoSupport)) config.Fault(DaoSupport, "the chain that refuses the DAO fork is another one than this program follows");
        }
        else if (!config.Has(BesuOnly))
        {
            config.Fault(DaoSupport, "missing beside daoForkBlock, which geth takes for a chain that refuses the DAO fork: add \"daoForkSupport\": true when it follows it");
        }
    }

    private static ulong? ReadBlock(SpecObject config, string[] keys)
    {
        ulong? block = null;
        foreach (string key in keys)
        {
            if (config.UInt64(key) is not { } given) continue;
            if (block is { } other && other != given) config.Fault(key, $"{given} is not {keys[0]}, {other}: both are one fork here");
            block = given;
        }

        return block;
    }

    /// <summary>geth: without <c>petersburgBlock</c> Petersburg comes with Constantinople.</summary>
    private static void AddPetersburg(List<ForkActivation> activations)
    {
        int constantinople = activations.FindIndex(a => a.Fork == Fork.Constantinople);
        if (constantinople < 0 || activations.Exists(a => a.Fork == Fork.Petersburg)) return;
        activations.Insert(constantinople + 1, activations[constantinople] with { Fork = Fork.Petersburg });
    }

    /// <summary>A fork that nobody here knows would make every block after it wrong.</summary>
    private static void RefuseUnknownForks(SpecObject config)
    {
        foreach (string key in WithoutRules) config.TryGet(key, out _);
        foreach (string key in config.NotAsked)
        {
            bool isFork = key.EndsWith("Block", StringComparison.OrdinalIgnoreCase) || key.EndsWith("Time", StringComparison.OrdinalIgnoreCase);
            if (isFork) config.Fault(key, "this program knows no such fork");
        }
    }

    private static void RefuseDisorder(SpecObject config, List<ForkActivation> activations)
    {
        for (int i = 1; i < activations.Count; i++)
        {
            ForkActivation next = activations[i];
            if (ForkScheduleReader.WhyItOverlaps(activations.Take(i), next) is { } fault) config.Fault(ForkScheduleReader.NameOf(next.Fork), fault);
        }
    }
}
