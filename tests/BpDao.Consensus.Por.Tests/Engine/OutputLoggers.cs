using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace BpDao.Consensus.Por.Tests.Engine;

/// <summary>Puts what engines log into the test's output.</summary>
internal sealed class OutputLoggers(ITestOutputHelper output, LogLevel least = LogLevel.Information) : ILoggerFactory
{
    private readonly Lock _lock = new();
    private int _critical;

    /// <summary>Lines that nobody may overlook.</summary>
    public int Critical => Volatile.Read(ref _critical);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private void Write(string line)
    {
        lock (_lock) output.WriteLine(line);
    }

    private sealed class Logger(OutputLoggers owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= owner._least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Critical) Interlocked.Increment(ref owner._critical);
            if (IsEnabled(logLevel)) owner.Write($"{logLevel}: {formatter(state, exception)}");
        }
    }

    private readonly LogLevel _least = least;
}
