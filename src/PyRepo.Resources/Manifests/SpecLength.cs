using System.Globalization;
using System.Text;
using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// How long a spec may be as a whole: whoever reads it keeps it in memory. The bounds of its lists and texts alone
/// would allow a thousand times as much.
/// </summary>
public static class SpecLength
{
    /// <summary>The characters of a spec as JSON, with a space after each comma, as <see cref="Cel"/> counts them.</summary>
    public const int MaxCharacters = 60_000;

    /// <summary>
    /// The bytes of its JSON that the operator keeps: more than <see cref="MaxCharacters"/>, but for texts that are not
    /// English.
    /// </summary>
    public const int Max = 64 << 10;

    /// <summary>
    /// The rule for a spec in CEL. An API server takes the cost of <c>format</c> for a constant; <c>dyn</c>, because it
    /// formats no objects, but maps.
    /// </summary>
    public static string Cel => string.Create(
        CultureInfo.InvariantCulture, $"size('%s'.format([dyn(self)])) <= {MaxCharacters}");

    /// <summary>The problem, and its remedy.</summary>
    public static string Message => string.Create(
        CultureInfo.InvariantCulture,
        $"is longer than {MaxCharacters} characters of JSON: write fewer or shorter entries, or several resources");

    /// <summary>The message about a spec of which only the length is known.</summary>
    /// <param name="bytes">Its length as JSON.</param>
    public static string GetMessage(int bytes) => string.Create(
        CultureInfo.InvariantCulture, $"has {bytes} bytes of JSON, of at most {Max}. It {Message}");

    /// <summary>Whether a spec is too long.</summary>
    public static bool IsExceededBy(Node spec)
    {
        var left = (long)MaxCharacters;
        return !TryTake(spec, ref left);
    }

    /// <summary>Stops as soon as it is too long: an alias may stand for a large map many times.</summary>
    static bool TryTake(Node node, ref long left)
    {
        switch (node)
        {
            case ScalarNode scalar:
                left -= scalar.ScalarKind is ScalarKind.Text ? GetLength(scalar.Value) : scalar.Value.Length;
                break;
            case SequenceNode list:
                left -= 2 + (2 * Math.Max(0, list.Items.Length - 1));
                foreach (var item in list.Items)
                    if (left < 0 || !TryTake(item, ref left))
                        return false;
                break;
            case MappingNode map:
                left -= 2 + (2 * Math.Max(0, map.Entries.Length - 1));
                foreach (var entry in map.Entries)
                {
                    left -= GetLength(entry.Key) + 1;
                    if (left < 0 || !TryTake(entry.Value, ref left))
                        return false;
                }
                break;
        }
        return left >= 0;
    }

    /// <summary>In quotes; some characters have a backslash.</summary>
    static long GetLength(string text)
    {
        var length = 2L;
        foreach (var rune in text.EnumerateRunes())
            length += rune.Value is '"' or '\\' || Rune.IsControl(rune) ? 2 : 1;
        return length;
    }
}
