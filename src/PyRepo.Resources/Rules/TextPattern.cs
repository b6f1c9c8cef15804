using System.Text.RegularExpressions;

namespace PyRepo.Resources.Rules;

/// <summary>
/// Makes rules from patterns: one text, for RE2 in CEL and for .NET. It is ASCII, without look-around or quotes.
/// </summary>
static class TextPattern
{
    /// <summary>A rule that the whole text matches a pattern; the regex is the same pattern, generated.</summary>
    /// <param name="pattern">What the whole text must match.</param>
    /// <param name="whole">The pattern between its anchors.</param>
    /// <param name="sentence">What is said of a text that does not.</param>
    /// <param name="isShown">Whether the API server's message shows the text.</param>
    public static Rule<string> Rule(string pattern, Regex regex, string message, bool showsValue = true) => new()
    {
        Cel = $"self.matches(r'^(?:{pattern})$')",
        Pattern = pattern,
        Predicate = regex.IsMatch,
        Message = message,
        Value = text => text,
        CelValue = showsValue ? "self" : null,
    };
}
