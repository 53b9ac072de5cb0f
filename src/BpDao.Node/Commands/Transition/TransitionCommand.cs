using BpDao.Core;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;

namespace BpDao.Node.Commands.Transition;

/// <summary><c>bpdao t8n</c>: accounts, environment and transactions in, accounts and roots out, with the flags, documents and exit
/// codes of geth's <c>evm t8n</c>, so that execution-spec-tests can fill with it.</summary>
internal sealed class TransitionCommand : ICommand
{
    public string Name => "t8n";

    public string Usage => TransitionOptions.Usage;

    public string Summary => $"Make one block's state transition from JSON (forks: {ForkNames.All}).";

    public IReadOnlyList<Type> Areas => [];

    /// <returns>0; else the code of <see cref="TransitionFault"/>.</returns>
    public Task<int> RunAsync(IReadOnlyList<string> arguments, CommandConsole console, CancellationToken stop)
    {
        try
        {
            Run(TransitionOptions.Parse(arguments), console);
            return Task.FromResult(ExitCode.Success);
        }
        catch (TransitionFault e)
        {
            console.Error.WriteLine($"ERROR({e.ExitCode}): {e.Message}");
            return Task.FromResult(e.ExitCode);
        }
    }

    private static void Run(TransitionOptions options, CommandConsole console)
    {
        if (ForkRequirements.Refusal("--state.fork", [options.Fork]) is { } unmet) throw TransitionFault.Config(unmet);
        CreateBaseDirectory(options.BaseDirectory);
        TransitionInput input = TransitionInput.Read(options, console.In);
        TransitionEnvironment environment = TransitionEnvironment.Read(input.Env, ReleaseSpec.Of(options.Fork));
        PostAlloc alloc = TransitionFault.Reading("alloc", () => new PostAlloc(new SortedDictionary<Address, TestAccount>(TestAccount.ReadAll(input.Alloc))));
        IReadOnlyList<Transaction?> transactions = TransitionTransactions.Read(input.Txs, options.ChainId);
        new TransitionOutput(options, console).Write(new TransitionRun(options).Execute(alloc, environment, transactions));
    }

    private static void CreateBaseDirectory(string path)
    {
        if (path.Length == 0) return;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TransitionFault.InputOutput($"--output.basedir: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
