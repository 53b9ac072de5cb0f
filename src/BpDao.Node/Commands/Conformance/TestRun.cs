using System.Diagnostics.CodeAnalysis;

namespace BpDao.Node.Commands.Conformance;

/// <summary>Runs all cases of all files, several at a time. A file is opened when no case of an open one is left, so that a long file keeps
/// every thread busy. For one run only.</summary>
internal sealed class TestRun(ITestSuite suite, TestSelection selection, int jobs)
{
    private readonly object _taking = new();
    private readonly Queue<OpenTestFile> _open = [];
    private OpenTestFile[] _files = [];
    private int _nextFile;
    private int _opening;
    private bool _stopped;

    /// <summary>The outcomes of each file in the order of the files, as soon as they are known.</summary>
    /// <exception cref="TestInputException">A file cannot be read; no further case is begun.</exception>
    public IEnumerable<IReadOnlyList<TestOutcome>> Run(IReadOnlyList<TestFile> files)
    {
        _files = [.. files.Select(f => new OpenTestFile(f))];
        Task[] workers = [.. Enumerable.Range(0, jobs).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            for (int i = 0; i < _files.Length; i++)
            {
                yield return _files[i].Outcomes.GetAwaiter().GetResult();
                _files[i] = null!; // thousands of files: what is reported is let go
            }
        }
        finally
        {
            lock (_taking)
            {
                _stopped = true;
                Monitor.PulseAll(_taking);
            }

            Task.WaitAll(workers);
        }
    }

    private void Work()
    {
        while (Take(out OpenTestFile? file, out int? index))
        {
            if (index is { } test) file.RunCase(test);
            else Open(file);
        }
    }

    /// <summary>The next case of an open file, else the next file to open (without <paramref name="index"/>), else false: nothing is left.</summary>
    private bool Take([NotNullWhen(true)] out OpenTestFile? file, out int? index)
    {
        lock (_taking)
        {
            while (true)
            {
                (file, index) = (null, null);
                if (_stopped) return false;
                while (_open.TryPeek(out file))
                {
                    index = file.TakeCase();
                    if (index is not null) return true;
                    _open.Dequeue();
                }

                if (_nextFile < _files.Length)
                {
                    file = _files[_nextFile++];
                    _opening++;
                    return true;
                }

                if (_opening == 0) return false;
                Monitor.Wait(_taking); // another thread is opening a file that may have cases for this one
            }
        }
    }

    private void Open(OpenTestFile file)
    {
        file.Open(suite, selection);
        lock (_taking)
        {
            _opening--;
            _open.Enqueue(file);
            Monitor.PulseAll(_taking);
        }
    }
}
