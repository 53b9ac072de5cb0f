using System.Globalization;
using BpDao.Node.Options;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace BpDao.Node.Telemetry;

/// <summary>Serilog behind <see cref="ILogger{T}"/>: the one place that knows it.</summary>
internal static class NodeLogging
{
    private const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <param name="onStandardError">All lines, not just faults: standard output then belongs to the command's own answer.</param>
    public static ILoggerFactory Create(LogOptions options, bool onStandardError)
    {
        LogEventLevel level = Enum.Parse<LogEventLevel>(options.Level, ignoreCase: true);
        LoggerConfiguration configuration = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting", LogEventLevel.Warning)
            // Its faults come as exceptions and are told by whoever catches them.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .Enrich.FromLogContext()
            .WriteTo.Console(
                outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture,
                standardErrorFromLevel: onStandardError ? LogEventLevel.Verbose : LogEventLevel.Warning);
        if (options.File.Length != 0)
        {
            configuration = configuration.WriteTo.File(options.File, outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture);
        }

        return new SerilogLoggerFactory(configuration.CreateLogger(), dispose: true);
    }
}
