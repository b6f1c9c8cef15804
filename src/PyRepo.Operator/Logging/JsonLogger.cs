using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace PyRepo.Operator.Logging;

/// <summary>
/// A log of JSON lines, with the names of .NET's own JSON console. That one brings dependency injection, options and
/// configuration, which cost an operator megabytes.
/// </summary>
sealed class JsonLogger(string category, LogLevel level, Stream output, TimeProvider clock) : ILogger
{
    static readonly JsonWriterOptions _options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly ArrayBufferWriter<byte> _line = new(1024);
    readonly Lock _lock = new();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= level && logLevel is not LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var message = formatter(state, exception);
        lock (_lock)
        {
            _line.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(_line, _options))
                Write(json, logLevel, eventId.Id, message, exception, state);
            _line.Write("\n"u8);
            StandardError.Write(output, _line.WrittenSpan);
        }
    }

    void Write(
        Utf8JsonWriter json, LogLevel logLevel, int eventId, string message, Exception? exception, object? state)
    {
        json.WriteStartObject();
        json.WriteString(
            "Timestamp",
            clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("EventId", eventId);
        json.WriteString("LogLevel", logLevel.ToString());
        json.WriteString("Category", category);
        json.WriteString("Message", message);
        if (exception is not null)
            json.WriteString("Exception", exception.ToString());
        if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            json.WriteStartObject("State");
            for (var i = 0; i < values.Count; i++)
                WriteValue(json, values[i].Key, values[i].Value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case bool flag: json.WriteBoolean(name, flag); break;
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number: json.WriteNumber(name, number); break;
            default: json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
