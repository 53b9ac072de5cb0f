using System.Text.Json;

namespace BpDao.Node.Commands.Conformance;

/// <summary>One kind of official tests.</summary>
internal interface ITestSuite
{
    /// <summary>The cases of a file that are wanted; empty when the file holds tests of another kind. Reading may be left to the cases, which
    /// may keep the elements they are given. Thread-safe.</summary>
    /// <param name="file">The file's outermost JSON value.</param>
    /// <remarks>Whatever it throws but <see cref="OperatorFault"/> says that the file cannot be read.</remarks>
    IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection);
}

/// <summary>One case, run by any thread.</summary>
internal interface ITestCase
{
    /// <summary>As the test file names the test.</summary>
    string Name { get; }

    /// <summary>As the test file names it.</summary>
    string Fork { get; }

    /// <exception cref="TestInputException">The case reads itself, and cannot be read.</exception>
    TestOutcome Run();
}
