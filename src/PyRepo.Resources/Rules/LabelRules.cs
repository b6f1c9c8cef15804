using System.Text.RegularExpressions;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Rules;

/// <summary>The patterns of
/// <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set">labels</see>
/// and annotations, and of other names with the same syntax.</summary>
public static partial class LabelRules
{
    /// <summary>The maximum length of a key: a domain, a slash and a name.</summary>
    internal const int MaxKeyLength = 317;

    internal const string NamePattern = "[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?";

    const int MaxDomainLength = 253;
    const string KeyPattern = "(" + NameRules.ObjectNamePattern + "/)?" + NamePattern;
    const string ValuePattern = "(" + NamePattern + ")?";

    const string KeyCel = $"(key.matches(r'^(?:{KeyPattern})$') && key.indexOf('/') <= 253)";

    const string OwnKeyCel = "key.startsWith('pyrepo.dev/') || key.contains('.pyrepo.dev/')";

    const string KeyDescription = "use at most 63 letters, digits, '-', '_' and '.', optionally after a domain and '/'";
    const string ValueDescription =
        "use at most 63 letters, digits, '-', '_' and '.', and start and end with a letter or digit";

    public static readonly Rule<string> TaintKey = TextPattern.Rule(KeyPattern, KeyRegex(),
        "is not a taint key: " + KeyDescription);

    public static readonly Rule<string> TaintValue = TextPattern.Rule(ValuePattern, ValueRegex(),
        "is not a taint value: " + ValueDescription);

    public static readonly Rule<string> LabelKey = TextPattern.Rule(KeyPattern, KeyRegex(),
        "is not a label key: " + KeyDescription);

    public static readonly Rule<string> LabelValue = TextPattern.Rule(ValuePattern, ValueRegex(),
        "is not a label value: " + ValueDescription);

    public static readonly Rule<ValueDictionary<string>> AnnotationNames =
        Keys("is not an annotation name: " + KeyDescription);

    public static readonly Rule<ValueDictionary<string>> LabelKeys = Keys("is not a label key: " + KeyDescription);

    public static readonly Rule<ValueDictionary<string>> LabelValues = new()
    {
        Cel = $"self.all(key, self[key].matches(r'^(?:{ValuePattern})$'))",
        Predicate = labels => labels.Values.All(ValueRegex().IsMatch),
        Value = labels => labels.Values.FirstOrDefault(value => !ValueRegex().IsMatch(value)) ?? "",
        CelValue = $"self[self.filter(key, !self[key].matches(r'^(?:{ValuePattern})$'))[0]]",
        Message = "is not a label value: " + ValueDescription,
    };

    /// <summary>The operator finds pods and data by keys of its own domain.</summary>
    public static readonly Rule<ValueDictionary<string>> NoKeysOfPyRepo = new()
    {
        Cel = $"!self.exists(key, {OwnKeyCel})",
        Predicate = map => !map.Keys.Any(IsOwnKey),
        Value = map => map.Keys.FirstOrDefault(IsOwnKey) ?? "",
        CelValue = $"self.filter(key, {OwnKeyCel})[0]",
        Message = "is PyRepo's own: use a key of another domain",
    };

    static Rule<ValueDictionary<string>> Keys(string message) => new()
    {
        Cel = $"self.all(key, {KeyCel})",
        Predicate = map => map.Keys.All(IsKey),
        Value = map => map.Keys.FirstOrDefault(key => !IsKey(key)) ?? "",
        CelValue = $"self.filter(key, !{KeyCel})[0]",
        Message = message,
    };

    static bool IsOwnKey(string key) => key.StartsWith("pyrepo.dev/", StringComparison.Ordinal)
        || key.Contains(".pyrepo.dev/", StringComparison.Ordinal);

    static bool IsKey(string key) =>
        KeyRegex().IsMatch(key) && key.IndexOf('/', StringComparison.Ordinal) <= MaxDomainLength;

    [GeneratedRegex($@"^(?:{KeyPattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyRegex();

    [GeneratedRegex($@"^(?:{ValuePattern})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValueRegex();
}
