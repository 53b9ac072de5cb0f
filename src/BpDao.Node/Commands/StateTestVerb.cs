using BpDao.Node.Commands.StateTest;

namespace BpDao.Node.Commands;

/// <summary><c>bpdao statetest</c>, whose arguments are its own.</summary>
internal sealed class StateTestVerb : ICommand
{
    public string Name => "statetest";

    public string Usage => StateTestOptions.Usage;

    public string Summary => "Run official state tests.";

    public IReadOnlyList<Type> Areas => [];

    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop) =>
        Task.FromResult(StateTestCommand.Run([.. arguments], console.Out, console.Error));
}
