using BpDao.Node.Commands.StateTest;

namespace BpDao.Node;

/// <summary>The `bpdao` command.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["statetest", .. string[] rest]) return StateTestCommand.Run(rest, Console.Out, Console.Error);
        Console.Error.WriteLine("usage: bpdao statetest " + StateTestOptions.Usage);
        return 2;
    }
}
