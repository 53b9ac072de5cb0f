using System.Collections.Concurrent;
using System.Globalization;
using BpDao.Network;
using BpDao.Node;
using BpDao.Specs;

namespace BpDao.Byzantine.Flood;

/// <summary><c>bpdao-byzantine flood CHAINSPEC PEERS SECONDS ENODE…</c>: peers that send rubbish as fast as they may, each in one way. Ends with
/// how many sessions there were and why they ended.</summary>
internal static class FloodCommand
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken stop)
    {
        if (arguments.Length < 4 || !ChainSpecFile.TryLoad(arguments[0], out ChainSpec? spec, out string? error))
        {
            await Console.Error.WriteLineAsync("bpdao-byzantine: flood wants CHAINSPEC PEERS SECONDS ENODE…");
            return ExitCode.BadInput;
        }

        int peers = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        Enode[] targets = [.. arguments[3..].Select(text => Enode.TryParse(text, out Enode? node, out string? fault) ? node : throw new FormatException(fault))];
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(TimeSpan.FromSeconds(int.Parse(arguments[2], CultureInfo.InvariantCulture)));
        ConcurrentDictionary<string, int> ends = new();
        await Task.WhenAll(Enumerable.Range(0, peers).Select(i => AttackAsync(i, spec, targets[i % targets.Length], ends, time.Token)));
        foreach ((string end, int count) in ends.OrderByDescending(e => e.Value)) Console.WriteLine($"{count,7}  {end}");
        return ExitCode.Success;
    }

    private static Task AttackAsync(int index, ChainSpec spec, Enode target, ConcurrentDictionary<string, int> ends, CancellationToken stop) =>
        (index % 6) switch
        {
            0 => RawAttack.RunAsync("garbage before the handshake", target, sends: true, ends, stop),
            1 => RawAttack.RunAsync("silence before the handshake", target, sends: false, ends, stop),
            2 => SessionAttack.RunAsync("garbage messages", Rubbish.Garbage, spec, target, ends, stop),
            3 => SessionAttack.RunAsync("huge round numbers", Rubbish.HugeRounds, spec, target, ends, stop),
            4 => SessionAttack.RunAsync("votes of unknown keys", Rubbish.StrangersVotes, spec, target, ends, stop),
            _ => SessionAttack.RunAsync("oversized messages", Rubbish.Oversized, spec, target, ends, stop),
        };
}
