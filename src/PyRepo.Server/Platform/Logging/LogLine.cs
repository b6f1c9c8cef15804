using System.Collections;
using System.Globalization;
using System.Text;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Logging;

/// <summary>A message with its values, which clients may have chosen. Each has a bounded length.</summary>
sealed class LogLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    const string TemplateKey = "{OriginalFormat}";
    readonly KeyValuePair<string, object?>[] _values;

    LogLine(string message, string? template, KeyValuePair<string, object?>[] values) =>
        (Message, Template, _values) = (message, template, values);

    /// <summary>The message as people read it.</summary>
    public string Message { get; }

    /// <summary>The message without its values.</summary>
    public string? Template { get; }

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => _values[index];

    /// <summary>Creates a line of what a logger receives.</summary>
    public static LogLine From<TState>(
        TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = state is IReadOnlyList<KeyValuePair<string, object?>> all
            ? all.Select(value => KeyValuePair.Create(value.Key, Bounded(value.Value))).ToArray()
            : [];
        var template = values.FirstOrDefault(value => value.Key == TemplateKey).Value as string;
        var message = template is null ? null : Fill(template, values);
        return new(message ?? Cut(formatter(state, exception), 4 * ServerLimits.MaxLogValueLength), template, values);
    }

    /// <summary>Creates the line for messages that were left out.</summary>
    public static LogLine LeftOut(int count, string message)
    {
        const string template = "{Count} more messages like this one came in the last minute: {Message}";
        KeyValuePair<string, object?>[] values =
            [new("Count", count), new("Message", message), new(TemplateKey, template)];
        return new(Fill(template, values)!, template, values);
    }

    /// <summary>Cuts a text that is too long.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        var length = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        return $"{text.AsSpan(0, length)}…";
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, object?>>)_values).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => Message;

    static object? Bounded(object? value) => value switch
    {
        null or bool or int or long or double => value,
        string text => Cut(text, ServerLimits.MaxLogValueLength),
        _ => Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", ServerLimits.MaxLogValueLength),
    };

    /// <summary>Fills in the values, or returns null if the template is not a plain one.</summary>
    static string? Fill(string template, KeyValuePair<string, object?>[] values)
    {
        var message = new StringBuilder();
        for (var at = 0; ;)
        {
            var open = template.IndexOf('{', at);
            if (open < 0)
                return message.Append(template, at, template.Length - at).ToString();
            var close = template.IndexOf('}', open);
            var name = close < 0 ? "" : template[(open + 1)..close];
            var found = Array.FindIndex(values, value => value.Key == name);
            if (found < 0)
                return null;
            message.Append(template, at, open - at)
                .Append(Convert.ToString(values[found].Value, CultureInfo.InvariantCulture));
            at = close + 1;
        }
    }
}
