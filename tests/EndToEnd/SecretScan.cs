using System.Text.RegularExpressions;

namespace EndToEnd;

/// <summary>
/// Looks for secrets where none may be: in everything that each server of a test run logs, in its status and its
/// metrics, and in the events, statuses and logs of a cluster.
/// </summary>
static partial class SecretScan
{
    /// <summary>The shortest value that is looked for: a shorter one may be a part of other words.</summary>
    const int MinLength = 12;

    /// <summary>Fails if a text has a secret.</summary>
    /// <param name="where">What the text is, for the message.</param>
    /// <param name="text">The text.</param>
    /// <param name="secrets">What is known to be secret, besides what has the form of a token.</param>
    public static void AssertClean(string where, string text, IEnumerable<string> secrets)
    {
        foreach (var secret in secrets.Where(secret => secret.Length >= MinLength))
        {
            var at = text.IndexOf(secret, StringComparison.Ordinal);
            Assert.True(at < 0, $"{where} has a secret: …{Around(text, at)}…");
        }
        Assert.All(Tokens().Matches(text).Where(IsSecret), token =>
            Assert.Fail($"{where} has what looks like a token: …{Around(text, token.Index)}…"));
    }

    /// <summary>After the word Basic may follow any other: only one that encodes USER:PASSWORD is a secret.</summary>
    static bool IsSecret(Match match)
    {
        const string basic = "Basic ";
        if (!match.Value.StartsWith(basic, StringComparison.Ordinal))
            return true;
        var decoded = new byte[match.Length];
        return Convert.TryFromBase64String(match.Value[basic.Length..], decoded, out var length)
            && decoded.AsSpan(0, length).Contains((byte)':');
    }

    static string Around(string text, int at)
    {
        var start = Math.Max(0, at - 100);
        return text[start..Math.Min(text.Length, Math.Max(0, at) + 40)];
    }

    /// <summary>Tokens of this server, JSON Web Tokens with their signature, and credentials of HTTP Basic.</summary>
    [GeneratedRegex(
        @"pyrepo_[0-9a-z]{12}_[0-9a-z]{20,}|pyrepo_oidc\.[\w-]{10,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
        + @"|\bBasic [A-Za-z0-9+/]{12,}={0,2}",
        RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();
}
