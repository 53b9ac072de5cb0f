using System.Globalization;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.Transition;

/// <summary>The flags of geth's <c>evm t8n</c>, with its defaults.</summary>
internal sealed record TransitionOptions
{
    public const string Usage =
        "[--state.fork F] [--state.chainid N] [--state.reward N] [--input.alloc|env|txs FILE|stdin] "
        + "[--output.alloc|result|body FILE|stdout|stderr] [--output.basedir DIR] [--trace]";

    public const string Stdin = "stdin";

    public string Alloc { get; private init; } = "alloc.json";

    public string Env { get; private init; } = "env.json";

    public string Txs { get; private init; } = "txs.json";

    /// <summary>Empty: nowhere.</summary>
    public string OutputAlloc { get; private init; } = "alloc.json";

    public string OutputResult { get; private init; } = "result.json";

    public string OutputBody { get; private init; } = "";

    public string BaseDirectory { get; private init; } = "";

    public Fork Fork { get; private init; } = Fork.GrayGlacier;

    public ulong ChainId { get; private init; } = 1;

    /// <summary>Wei for the miner; null pays nobody, while zero still touches the coinbase.</summary>
    public UInt256? Reward { get; private init; } = UInt256.Zero;

    /// <summary>One file <c>trace-INDEX-HASH.jsonl</c> for each transaction in the base directory.</summary>
    public bool Trace { get; private init; }

    public bool ReadsStdin => Alloc == Stdin || Env == Stdin || Txs == Stdin;

    /// <exception cref="TransitionFault">A flag that is not known or cannot be read.</exception>
    public static TransitionOptions Parse(IReadOnlyList<string> arguments)
    {
        TransitionOptions options = new();
        for (int i = 0; i < arguments.Count; i++)
        {
            string[] parts = arguments[i].Split('=', 2);
            string flag = parts[0];
            // Our traces leave out memory and return data as geth's do unless it is asked for them.
            if (flag is "--trace" or "--trace.nomemory" or "--trace.noreturndata")
            {
                bool on = parts.Length == 1 || parts[1] == "true";
                if (flag == "--trace") options = options with { Trace = on };
                continue;
            }

            string value = parts.Length == 2 ? parts[1]
                : i + 1 < arguments.Count ? arguments[++i]
                : throw TransitionFault.Config($"{flag} needs a value");
            options = options.With(flag, value);
        }

        return options;
    }

    private TransitionOptions With(string flag, string value) => flag switch
    {
        "--input.alloc" => this with { Alloc = value },
        "--input.env" => this with { Env = value },
        "--input.txs" => this with { Txs = value },
        "--output.alloc" => this with { OutputAlloc = value },
        "--output.result" => this with { OutputResult = value },
        "--output.body" => this with { OutputBody = value },
        "--output.basedir" => this with { BaseDirectory = value },
        "--state.fork" => this with
        {
            Fork = ForkNames.TryParse(value, out Fork fork) ? fork : throw TransitionFault.Config($"--state.fork: '{value}' is not known; known are {ForkNames.All}"),
        },
        "--state.chainid" => this with
        {
            ChainId = ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id) ? id : throw TransitionFault.Config($"--state.chainid: '{value}' is not a number"),
        },
        "--state.reward" => this with
        {
            Reward = value == "-1" ? null : UInt256.TryParse(value, out UInt256 wei) ? wei : throw TransitionFault.Config($"--state.reward: '{value}' is neither -1 nor an amount of wei"),
        },
        "--verbosity" => this,
        _ => throw TransitionFault.Config($"{flag} is not known; flags are {Usage}"),
    };
}
