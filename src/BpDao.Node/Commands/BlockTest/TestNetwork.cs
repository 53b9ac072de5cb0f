using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;

namespace BpDao.Node.Commands.BlockTest;

/// <summary>The rules that a block test names: a fork, or two with the block, the time or the total difficulty of the change.</summary>
internal sealed partial class TestNetwork : ISpecProvider
{
    private TestNetwork(ForkSchedule schedule) => Schedule = schedule;

    public ulong ChainId { get; init; } = 1;

    public ForkSchedule Schedule { get; }

    public ulong? DaoBlock => Schedule.DaoBlock;

    public UInt256? TerminalTotalDifficulty => Schedule.TerminalTotalDifficulty;

    public IReleaseSpec GetSpec(ulong blockNumber, ulong timestamp) => ReleaseSpec.Of(Schedule.At(blockNumber, timestamp));

    public IReleaseSpec GetSpec(BlockHeader header) => ReleaseSpec.Of(Schedule.At(header));

    /// <summary>False when a fork of that name is not known here.</summary>
    public static bool TryParse(string name, ulong chainId, [NotNullWhen(true)] out TestNetwork? network)
    {
        network = null;
        Match change = Change().Match(name);
        if (!ForkNames.TryParse(change.Success ? change.Groups["from"].Value : name, out Fork first)) return false;
        ForkActivation genesis = new(first, 0, null);
        if (!change.Success)
        {
            network = new TestNetwork(new ForkSchedule { Activations = [genesis] }) { ChainId = chainId };
            return true;
        }

        if (!ForkNames.TryParse(change.Groups["to"].Value, out Fork next)) return false;
        string at = change.Groups["at"].Value;
        ForkSchedule? schedule = change.Groups["what"].Value switch
        {
            "Diff" when next == Fork.Paris && UInt256.TryParse($"0x{at}", out UInt256 total) =>
                new ForkSchedule { Activations = [genesis], TerminalTotalDifficulty = total },
            "Time" when TryNumber(at, out ulong time) =>
                new ForkSchedule { Activations = [genesis, new(next, 0, time * (change.Groups["thousand"].Success ? 1000ul : 1))] },
            "" when TryNumber(at, out ulong block) => new ForkSchedule { Activations = [genesis, new(next, block, null)] },
            _ => null,
        };
        network = schedule is null ? null : new TestNetwork(schedule) { ChainId = chainId };
        return network is not null;
    }

    private static bool TryNumber(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex("^(?<from>.+?)To(?<to>.+)At(?<what>Time|Diff)?(?<at>[0-9A-Fa-f]+)(?<thousand>k)?$")]
    private static partial Regex Change();
}
