namespace PyRepo.Operator.Settings;

/// <summary>Keys of labels and annotations; a <c>*</c> at the end stands for any ending.</summary>
public static class KeyPattern
{
    /// <summary>Whether one of the patterns allows a key.</summary>
    public static bool AnyAllows(IEnumerable<string> patterns, string key) => patterns.Any(pattern =>
        pattern.EndsWith('*') ? key.StartsWith(pattern[..^1], StringComparison.Ordinal) : key == pattern);
}
