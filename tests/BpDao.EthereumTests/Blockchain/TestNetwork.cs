using System.Globalization;
using System.Text.RegularExpressions;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.EthereumTests.Blockchain;

/// <summary>The rules that a test names: a fork, or two with the block or time of the change.</summary>
internal sealed partial class TestNetwork : ISpecProvider
{
    private readonly ForkSchedule _schedule;

    private TestNetwork(ForkSchedule schedule) => _schedule = schedule;

    public ulong ChainId => 1;

    public ForkSchedule Schedule => _schedule;

    public static TestNetwork Parse(string name)
    {
        Match change = Change().Match(name);
        if (!change.Success) return new TestNetwork(new ForkSchedule { Activations = [new(ForkOf(name), 0, null)] });
        ulong at = ulong.Parse(change.Groups["at"].Value, CultureInfo.InvariantCulture) * (change.Groups["k"].Success ? 1000ul : 1);
        Fork next = ForkOf(change.Groups["to"].Value);
        return new TestNetwork(new ForkSchedule
        {
            Activations =
            [
                new(ForkOf(change.Groups["from"].Value), 0, null),
                change.Groups["time"].Success ? new(next, 0, at) : new(next, at, null),
            ],
        });
    }

    public ulong? DaoBlock => _schedule.DaoBlock;

    public IReleaseSpec GetSpec(ulong blockNumber, ulong timestamp) => ReleaseSpec.Of(_schedule.At(blockNumber, timestamp));

    private static Fork ForkOf(string name) => name switch
    {
        "EIP150" => Fork.TangerineWhistle,
        "EIP158" => Fork.SpuriousDragon,
        "ConstantinopleFix" => Fork.Petersburg,
        _ => Enum.Parse<Fork>(name, ignoreCase: true),
    };

    [GeneratedRegex("^(?<from>.+?)To(?<to>.+)At(?<time>Time)?(?<at>[0-9]+)(?<k>k)?$")]
    private static partial Regex Change();
}
