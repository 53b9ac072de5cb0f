using BpDao.Simulation.Tests.Oracles;

namespace BpDao.Simulation.Tests.Histories;

/// <summary>Histories of this run, made once for all theorems. <c>BPDAO_SIMULATION_HISTORIES</c> asks for another number of them.</summary>
public sealed class RandomHistories
{
    public RandomHistories()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("BPDAO_SIMULATION_HISTORIES"), out int asked) ? asked : History.Usual;
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        (Trials, Failures) = History.Run(0, count, Environment.ProcessorCount);
        Took = clock.GetElapsedTime(began);
    }

    internal Trials Trials { get; }

    internal IReadOnlyList<Failure> Failures { get; }

    internal TimeSpan Took { get; }
}
