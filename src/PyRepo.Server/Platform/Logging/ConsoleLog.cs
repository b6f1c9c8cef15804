using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using PyRepo.Resources.Values;

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
        // It says nothing of a request that Kestrel does not, and each would make an Activity and a scope for it.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
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

/// <summary>
/// Writes <c>HH:mm:ss level message</c> in local time. Lines of an exception are indented, so that no message can look
/// like a line of its own.
/// </summary>
sealed class TerminalFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name by which the console's options select it.</summary>
    public const string FormatterName = "terminal";

    /// <inheritdoc/>
    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var time = clock.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine($"{time} {GetName(logEntry.LogLevel)} {ControlCharacters.Escape(message)}");
        if (logEntry.Exception is not { } exception)
            return;
        foreach (var line in exception.ToString().Split('\n'))
            textWriter.WriteLine($"         {ControlCharacters.Escape(line.TrimEnd('\r'))}");
    }

    static string GetName(LogLevel level) => level switch
    {
        LogLevel.Critical => "critical",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}

/// <summary>
/// Writes JSON that people can read, with the escapes of <see cref="ControlCharacters"/>: a log may be shown on a
/// terminal.
/// </summary>
sealed unsafe class EscapingEncoder : JavaScriptEncoder
{
    static readonly JavaScriptEncoder _relaxed = UnsafeRelaxedJsonEscaping;

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => _relaxed.MaxOutputCharactersPerInputCharacter;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) =>
        ControlCharacters.Contains(unicodeScalar) || _relaxed.WillEncode(unicodeScalar);

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            if (char.IsSurrogate(text[i]) || WillEncode(text[i]))
                return i;
        }
        return -1;
    }

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        if (!ControlCharacters.Contains(unicodeScalar) || _relaxed.WillEncode(unicodeScalar))
        {
            return _relaxed.TryEncodeUnicodeScalar(
                unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        }
        return new Span<char>(buffer, bufferLength).TryWrite(
            $"\\u{unicodeScalar:X4}", out numberOfCharactersWritten);
    }
}
