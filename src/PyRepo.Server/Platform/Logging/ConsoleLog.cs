using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace PyRepo.Server.Platform.Logging;

/// <summary>The log on standard error: JSON lines, or plain text on a terminal.</summary>
static class ConsoleLog
{
    /// <summary>Adds the log.</summary>
    /// <param name="logging">The server's logging.</param>
    /// <param name="unlimited">The names of events of which none is left out, however many there are.</param>
    public static void AddTo(ILoggingBuilder logging, IReadOnlySet<string> unlimited)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // The command itself reports why a start failed.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            console.FormatterName =
                Console.IsErrorRedirected ? ConsoleFormatterNames.Json : TerminalFormatter.FormatterName;
            // Nobody should wait for a terminal that is stopped, or for a pipe that is not read.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        logging.Services.AddSingleton<ConsoleFormatter, TerminalFormatter>();
        logging.Services.Configure<JsonConsoleFormatterOptions>(json =>
        {
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            json.JsonWriterOptions = new() { Encoder = new EscapingEncoder() };
        });
        logging.Services.RemoveAll<ILoggerProvider>();
        logging.Services.AddSingleton<ConsoleLoggerProvider>().AddSingleton<ILoggerProvider>(services =>
            new RateLimitedLoggerProvider(
                services.GetRequiredService<ConsoleLoggerProvider>(), unlimited,
                services.GetRequiredService<TimeProvider>()));
    }
}
