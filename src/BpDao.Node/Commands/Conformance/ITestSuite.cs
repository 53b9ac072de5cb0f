using System.Text.Json;

namespace BpDao.Node.Commands.Conformance;

/// <summary>One kind of official tests.</summary>
internal interface ITestSuite
{
    /// <summary>The cases of a file that are wanted; empty when the file holds tests of another kind. Reading may be left to the cases, which
    /// may keep the elements they are given. Thread-safe.</summary>
    /// <param name="file">The file's outermost JSON value.</param>
    /// <exception cref="FormatException">A value cannot be read.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    /// <exception cref="InvalidOperationException">A value has another JSON type.</exception>
    IReadOnlyList<ITestCase> Read(JsonElement file, TestSelection selection);
}

/// <summary>One case, run by any thread.</summary>
internal interface ITestCase
{
    /// <summary>As the test file names the test.</summary>
    string Name { get; }

    /// <summary>As the test file names it.</summary>
    string Fork { get; }

    TestOutcome Run();
}
