using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Resources.Access;
using PyRepo.Resources.Rules;
using PyRepo.Resources.Values;

namespace PyRepo.Server.Access;

/// <summary>A token that was just made: the only moment at which its whole text is known.</summary>
/// <param name="Token">The part of it that is kept.</param>
/// <param name="Text">The text for its owner.</param>
sealed record NewApiToken(ApiToken Token, ApiTokenText Text)
{
    /// <summary>The longest name in characters.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The largest number of patterns of projects.</summary>
    public const int MaxProjects = 100;

    /// <summary>How long a token is valid if nothing is said.</summary>
    public static Duration DefaultLife { get; } = Duration.FromDays(90);

    /// <summary>The longest time that a token may be valid.</summary>
    public static Duration MaxLife { get; } = Duration.FromDays(366);

    /// <summary>Makes a token, or returns null and says in a sentence what is wrong.</summary>
    /// <param name="name">The name, for people, or null.</param>
    /// <param name="role">The role that it allows.</param>
    /// <param name="projects">The projects, as in a grant, or null for all.</param>
    /// <param name="expiresIn">How long it is valid, as in a manifest, or null.</param>
    /// <param name="now">The time.</param>
    /// <param name="problem">The problem, or null.</param>
    public static NewApiToken? Create(
        string? name, Role role, IReadOnlyList<string>? projects, string? expiresIn, DateTimeOffset now,
        out string? problem)
    {
        problem = GetProblem(name, role, projects, expiresIn, out var life);
        if (problem is not null)
            return null;
        var text = ApiTokenText.Create();
        var token = new ApiToken
        {
            Id = text.Id,
            Sha256 = text.Sha256,
            Name = name ?? "",
            Role = role,
            Projects = projects,
            Created = now,
            Expires = now + life.Value,
        };
        return new NewApiToken(token, text);
    }

    static string? GetProblem(
        string? name, Role role, IReadOnlyList<string>? projects, string? expiresIn, out Duration life)
    {
        life = DefaultLife;
        if (!Enum.IsDefined(role))
            return $"'{role}' is not a role: use {string.Join(", ", Enum.GetNames<Role>())}.";
        if (name is { Length: > MaxNameLength } || name?.Any(char.IsControl) is true)
            return $"The name may have {MaxNameLength} characters, none of them a control character.";
        if (projects is { Count: 0 or > MaxProjects })
            return $"There must be from 1 to {MaxProjects} patterns of projects. Leave them out for all projects.";
        if (projects?.FirstOrDefault(each => each is null || !NameRules.ProjectPattern.Predicate(each)) is { } bad)
            return $"'{bad}' is not a project name; '*' matches any characters.";
        if (projects?.Contains(null!) is true)
            return "A project name is missing.";
        if (expiresIn is not null && !Duration.TryParse(expiresIn, out life))
            return $"'{expiresIn}' is not a duration such as 12h or 90d.";
        return life.Value <= TimeSpan.Zero || life.CompareTo(MaxLife) > 0
            ? $"A token is valid for more than 0s and at most {MaxLife}." : null;
    }
}

/// <summary>The text of a token, which only its owner has: <c>pyrepo_ID_SECRET</c>.</summary>
/// <param name="Id">The public part.</param>
/// <param name="Secret">The secret part, of 256 bits.</param>
sealed record ApiTokenText(string Id, string Secret)
{
    /// <summary>The start of each token. Scanners for secrets can look for it.</summary>
    public const string Prefix = "pyrepo_";

    const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    const int IdLength = 12, SecretLength = 50;

    /// <summary>The SHA-256 of the secret, in lowercase hexadecimal. A random secret needs no slow hash.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Secret)));

    /// <summary>Creates a new one.</summary>
    public static ApiTokenText Create() => new(
        RandomNumberGenerator.GetString(Alphabet, IdLength), RandomNumberGenerator.GetString(Alphabet, SecretLength));

    /// <summary>Parses a token. Returns false for anything else.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiTokenText? token)
    {
        token = text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Prefix.Length..].Split('_') is [{ Length: IdLength } id, { Length: SecretLength } secret]
                ? new ApiTokenText(id, secret)
                : null;
        return token is not null;
    }

    /// <summary>
    /// Returns a proof that a password, or a password hash, is still the same. Whoever reads it without the secret learns
    /// nothing of the password.
    /// </summary>
    public string Prove(string password) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret), Encoding.UTF8.GetBytes(password)));

    /// <summary>The whole text, for its owner.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Secret}";

    /// <summary>Whether this is the text of a token. Takes the same time whatever the secret is.</summary>
    public bool IsOf(ApiToken token) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Sha256), Encoding.ASCII.GetBytes(token.Sha256));

    /// <summary>Shows no secret.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";
}
