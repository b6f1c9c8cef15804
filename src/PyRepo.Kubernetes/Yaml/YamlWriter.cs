using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PyRepo.Kubernetes.Yaml;

/// <summary>
/// Writes JSON as YAML in blocks, for people to read: the same value always gives the same text. A text stands in
/// quotes wherever a parser of YAML 1.1 or 1.2 could take it for something else.
/// </summary>
public static partial class YamlWriter
{
    /// <summary>Writes one document, without <c>---</c>.</summary>
    public static string Write(JsonNode document)
    {
        var yaml = new StringBuilder();
        WriteBlock(yaml, document, indent: 0);
        return yaml.ToString();
    }

    static void WriteBlock(StringBuilder yaml, JsonNode? node, int indent)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                foreach (var (key, value) in map)
                    WriteEntry(yaml.Append(' ', indent).Append(Text(key)).Append(':'), value, indent);
                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                    WriteItem(yaml.Append(' ', indent).Append('-'), item, indent);
                break;
            default:
                yaml.Append(' ', indent).Append(Scalar(node)).Append('\n');
                break;
        }
    }

    static void WriteEntry(StringBuilder yaml, JsonNode? value, int indent)
    {
        if (value is JsonObject { Count: > 0 })
            WriteBlock(yaml.Append('\n'), value, indent + 2);
        else if (value is JsonArray { Count: > 0 } list && !IsShort(list))
            WriteBlock(yaml.Append('\n'), value, indent);
        else if (value is JsonValue && value.AsValue().TryGetValue<string>(out var text) && HasLines(text))
            WriteLines(yaml.Append(" |\n"), text, indent + 2);
        else
            yaml.Append(' ').Append(Scalar(value)).Append('\n');
    }

    /// <summary>Text of lines, such as a file in a ConfigMap, that a literal block holds without loss.</summary>
    static bool HasLines(string text) =>
        text is [not (' ' or '\n'), .., not '\n', '\n'] && text.All(letter => letter == '\n' || !IsSpecial(letter));

    static void WriteLines(StringBuilder yaml, string text, int indent)
    {
        foreach (var line in text[..^1].Split('\n'))
            yaml.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
    }

    /// <summary>Whether YAML rejects a character as it is, or takes it for the end of a line.</summary>
    static bool IsSpecial(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF';

    static void WriteItem(StringBuilder yaml, JsonNode? item, int indent)
    {
        if (item is not (JsonObject { Count: > 0 } or JsonArray { Count: > 0 }))
        {
            yaml.Append(' ').Append(Scalar(item)).Append('\n');
            return;
        }
        var start = yaml.Length;
        WriteBlock(yaml, item, indent + 2);
        // The first line continues that of the dash.
        yaml.Remove(start, indent + 1);
    }

    /// <summary>A list of words is written in one line.</summary>
    static bool IsShort(JsonArray list) =>
        list.All(item => item is JsonValue) && list.Sum(item => Scalar(item).Length + 2) <= 80;

    static string Scalar(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray list => $"[{string.Join(", ", list.Select(Scalar))}]",
        JsonValue value when value.TryGetValue<string>(out var text) => Text(text),
        _ => node.ToJsonString(),
    };

    static string Text(string text)
    {
        if (Plain().IsMatch(text) && !Word().IsMatch(text))
            return text;
        if (!text.Contains('\'') && !text.Any(IsSpecial))
            return $"'{text}'";
        return text.Any(IsSpecial) || !text.AsSpan().ContainsAny('\\', '"')
            ? DoubleQuoted(text)
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    static string DoubleQuoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
            _ = letter switch
            {
                '"' or '\\' => quoted.Append('\\').Append(letter),
                '\n' => quoted.Append("\\n"),
                _ when IsSpecial(letter) => quoted.Append($"\\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        return quoted.Append('"').ToString();
    }

    /// <summary>
    /// Begins with a letter, and holds nothing that means something to YAML, in a list in one line too.
    /// </summary>
    [GeneratedRegex(@"^[A-Za-z]([A-Za-z0-9 _./=()-]*[A-Za-z0-9_./=()-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    /// <summary>The words of YAML 1.1 for booleans and null.</summary>
    [GeneratedRegex(@"^(?i:true|false|null|yes|no|on|off|y|n)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
