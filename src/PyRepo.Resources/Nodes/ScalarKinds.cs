using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// Resolves plain YAML scalars. kubectl reads <see href="https://yaml.org/type/bool.html">YAML 1.1</see>, in which
/// <c>yes</c>, <c>on</c> and <c>0x1F</c> are not strings. An API server rejects them where it expects a string, so a
/// laptop must reject the same files.
/// </summary>
static partial class ScalarKinds
{
    static readonly FrozenSet<string> _trueWords =
        FrozenSet.Create("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y");

    static readonly FrozenSet<string> _falseWords =
        FrozenSet.Create("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N");

    public static ScalarKind Resolve(string value)
    {
        if (value is "" or "~" or "null" or "Null" or "NULL")
            return ScalarKind.Null;
        if (_trueWords.Contains(value) || _falseWords.Contains(value))
            return ScalarKind.Boolean;
        return LooksLikeNumber().IsMatch(value) ? ScalarKind.Number : ScalarKind.Text;
    }

    public static bool IsTrue(string value) => _trueWords.Contains(value);

    [GeneratedRegex(
        @"^(?:[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+" +
        @"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeNumber();
}

/// <summary>The kind of a scalar, by the rules with which kubectl reads YAML.</summary>
public enum ScalarKind
{
    Text,
    Number,
    Boolean,
    Null,
}
