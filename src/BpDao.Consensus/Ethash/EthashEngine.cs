namespace BpDao.Consensus.Ethash;

/// <summary>Takes no part: who follows a chain of work only judges.</summary>
internal sealed class EthashEngine(TimeProvider time) : IConsensusEngine
{
    public Task RunAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
