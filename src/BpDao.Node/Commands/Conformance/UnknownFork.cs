namespace BpDao.Node.Commands.Conformance;

/// <summary>A test under a fork that is not known here: named and not run.</summary>
internal sealed class UnknownFork(string name, string fork) : ITestCase
{
    public string Name => name;

    public string Fork => fork;

    public TestOutcome Run() => new(name, fork, TestVerdict.Skipped, $"there is no fork {fork} here");
}
