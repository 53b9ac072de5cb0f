using System.Runtime.ExceptionServices;
using BpDao.Core;

namespace BpDao.State;

/// <summary>Independent pieces of work on the thread pool.</summary>
internal static class Tasks
{
    /// <summary>Runs the pieces, on no more than so many threads, and returns when all are done. The failure of one is thrown as it is.</summary>
    public static void Run(int count, int threads, Action<int> piece)
    {
        if (threads == 1 || count == 1)
        {
            for (int i = 0; i < count; i++) piece(i);
            return;
        }

        WorkKind kind = WorkClock.Current;
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
            {
                using WorkScope work = WorkClock.Begin(kind);
                piece(i);
            });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
