using System.Collections.Frozen;
using System.Text.Json;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Access;

/// <summary>
/// Reads and writes the key <c>tokens</c> of a Secret with users: one token per line, as JSON without its secret.
/// </summary>
static class DeclaredTokens
{
    const int Sha256Digits = 64;

    static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    static readonly FrozenSet<string> _fields =
        ["id", "sha256", "name", "role", "projects", "expires", "created", "user", "serviceAccount"];

    /// <summary>Reads the tokens, by id. Empty lines and comments (<c>#</c>) are skipped.</summary>
    /// <param name="text">The value of the key.</param>
    /// <param name="problem">The problem with the first line that cannot be used, or null.</param>
    public static FrozenDictionary<string, ApiToken> Read(string text, out string? problem)
    {
        problem = null;
        var unreadable = 0;
        var tokens = new Dictionary<string, ApiToken>(StringComparer.Ordinal);
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var entry = line.Trim();
            if (entry.Length == 0 || entry[0] == '#')
                continue;
            if (TryRead(entry) is { } token)
                tokens[token.Id] = token;
            else if (++unreadable > ServerLimits.MaxUnreadableTokens)
                break;
            else
                problem ??= $"has no token in line {number + 1} of tokens; make one with 'pyrepo token create'";
        }
        return tokens.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Writes the line of a token.</summary>
    public static string GetLine(ApiToken token) => JsonSerializer.Serialize(token, AccessJson.Default.ApiToken);

    static ApiToken? TryRead(string line)
    {
        try
        {
            // A misspelled field must not make a token for all projects, or one that never ends.
            using var document = JsonDocument.Parse(line, _strict);
            if (document.RootElement.EnumerateObject().Any(field => !_fields.Contains(field.Name)))
                return null;
            var token = document.Deserialize(AccessJson.Default.ApiToken);
            return token is { Id.Length: > 0, Sha256.Length: Sha256Digits }
                && token.Projects is not { Count: 0 } && token.Projects?.Contains(null!) is not true ? token : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
