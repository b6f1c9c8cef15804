using System.Text.RegularExpressions;

namespace PyRepo.Resources.Rules;

/// <summary>
/// Creates rules from patterns. A pattern works in RE2 (in CEL) and .NET alike: it is ASCII, without lookaround or
/// quotes.
/// </summary>
static class TextPattern
{
    /// <summary>Creates the rule that the whole string matches a pattern.</summary>
    /// <param name="pattern">The pattern, without anchors.</param>
    /// <param name="regex">The same pattern with anchors, as a generated regex.</param>
    /// <param name="message">The message for a string that does not match.</param>
    /// <param name="showsValue">Whether the API server's message shows the string.</param>
    /// <param name="isRatcheted">Whether the rule is stricter than an earlier version's.</param>
    public static Rule<string> Rule(
        string pattern, Regex regex, string message, bool showsValue = true, bool isRatcheted = false) =>
        new()
        {
            IsRatcheted = isRatcheted,
            Cel = $"self.matches(r'^(?:{pattern})$')",
            Pattern = pattern,
            Predicate = regex.IsMatch,
            Message = message,
            Value = text => text,
            CelValue = showsValue ? "self" : null,
        };
}
