using Microsoft.Extensions.Logging;

namespace BpDao.Synchronization.Tests;

/// <summary>Keeps the exceptions of errors that were logged.</summary>
internal sealed class ErrorLog : ILoggerFactory, ILogger
{
    private readonly List<Exception> _errors = [];

    public IReadOnlyList<Exception> Errors
    {
        get { lock (_errors) return [.. _errors]; }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel < LogLevel.Error || exception is null) return;
        lock (_errors) _errors.Add(exception);
    }

    public void Dispose()
    {
    }
}
