using System.Text.Json;
using BpDao.Byzantine;
using BpDao.Byzantine.Flood;
using BpDao.Byzantine.Spoiling;
using BpDao.Node;
using BpDao.Node.Commands;

// bpdao-byzantine BEHAVIOUR [options of `bpdao run`]   a node that takes part like any other and cheats in one way
// bpdao-byzantine spoilers                            the behaviours that make invalid blocks, as JSON: name, reason of the votes against, what follows
// bpdao-byzantine flood CHAINSPEC PEERS SECONDS ENODE…   peers that send rubbish
if (args is ["flood", .. var target]) return await FloodCommand.RunAsync(target, CancellationToken.None);
if (args is ["spoilers"])
{
    Console.WriteLine(JsonSerializer.Serialize(Spoiler.All.Select(s => new { name = s.Name, reason = s.Reason.ToString(), outcome = s.Outcome.ToString() })));
    return ExitCode.Success;
}

if (args.Length == 0 || Behaviours.Find(args[0]) is not { } behaviour)
{
    await Console.Error.WriteLineAsync($"bpdao-byzantine: the first argument is one of {string.Join(", ", Behaviours.Names)}");
    return ExitCode.BadInput;
}

using CancellationTokenSource stop = new();
using System.Runtime.InteropServices.PosixSignalRegistration terminate =
    System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        stop.Cancel();
    });
CommandConsole console = new(Console.Out, Console.Error, Console.In, IsTerminal: false, Environment.GetEnvironmentVariables());
return await CommandTable.RunAsync(new RunCommand(behaviour), args[1..], console, stop.Token);
