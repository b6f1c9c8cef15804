using System.Text.RegularExpressions;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Rules;

/// <summary>The forms of labels and annotations, as Kubernetes has them, and of what is named like them.</summary>
public static partial class LabelRules
{
    /// <summary>The longest key: a domain, a slash and a name.</summary>
    internal const int MaxKeyLength = 317;

    internal const string NamePattern = "[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?";

    const int MaxDomainLength = 253;
    const string KeyPattern = "(" + NameRules.ObjectNamePattern + "/)?" + NamePattern;
    const string ValuePattern = "(" + NamePattern + ")?";

    const string KeyCel = $"(key.matches(r'^(?:{KeyPattern})$') && key.indexOf('/') <= 253)";

    const string KeyDescription = "letters, digits, '-', '_' and '.', at most 63, after a domain and '/' if wanted";
    const string ValueDescription =
        "at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";

    public static readonly Rule<string> TaintKey = TextPattern.Rule(KeyPattern, KeyRegex(),
        "is not a taint's key: " + KeyDescription);

    public static readonly Rule<string> TaintValue = TextPattern.Rule(ValuePattern, ValueRegex(),
        "is not a taint's value: " + ValueDescription);

    public static readonly Rule<ValueDictionary<string>> AnnotationNames =
        Keys("is not an annotation's name: " + KeyDescription);

    public static readonly Rule<ValueDictionary<string>> LabelKeys = Keys("is not a label's key: " + KeyDescription);

    public static readonly Rule<ValueDictionary<string>> LabelValues = new()
    {
        Cel = $"self.all(key, self[key].matches(r'^(?:{ValuePattern})$'))",
        Predicate = labels => labels.Values.All(ValueRegex().IsMatch),
        Value = labels => labels.Values.FirstOrDefault(value => !ValueRegex().IsMatch(value)) ?? "",
        CelValue = $"self[self.filter(key, !self[key].matches(r'^(?:{ValuePattern})$'))[0]]",
        Message = "is not a label's value: " + ValueDescription,
    };

    static Rule<ValueDictionary<string>> Keys(string message) => new()
    {
        Cel = $"self.all(key, {KeyCel})",
        Predicate = map => map.Keys.All(IsKey),
        Value = map => map.Keys.FirstOrDefault(key => !IsKey(key)) ?? "",
        CelValue = $"self.filter(key, !{KeyCel})[0]",
        Message = message,
    };

    static bool IsKey(string key) =>
        KeyRegex().IsMatch(key) && key.IndexOf('/', StringComparison.Ordinal) <= MaxDomainLength;

    [GeneratedRegex($@"^(?:{KeyPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyRegex();

    [GeneratedRegex($@"^(?:{ValuePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValueRegex();
}
