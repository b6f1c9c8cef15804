using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Server.Access;

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

    /// <summary>The whole text, for its owner.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Secret}";

    /// <summary>Whether this is the text of a token. Takes the same time whatever the secret is.</summary>
    public bool IsOf(ApiToken token) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Sha256), Encoding.ASCII.GetBytes(token.Sha256));

    /// <summary>Shows no secret.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";
}
