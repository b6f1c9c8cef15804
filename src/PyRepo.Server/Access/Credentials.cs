using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Access;

/// <summary>The credentials that identify the sender of a request.</summary>
/// <param name="User">The user name of HTTP Basic authentication, or null for a bearer token.</param>
/// <param name="Secret">The password or the token. Clients that know only Basic send tokens as passwords.</param>
/// <param name="Jwt">The secret, if it has the form of a JSON Web Token, or null.</param>
sealed record Credentials(string? User, string Secret, JsonWebToken? Jwt)
{
    const string Bearer = "Bearer ";

    /// <summary>Parses the Authorization header, or returns null if its scheme is neither Basic nor Bearer.</summary>
    public static Credentials? Parse(string header)
    {
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return From(null, header[Bearer.Length..].Trim());
        return BasicCredentials.TryParse(header, out var basic) ? From(basic.User, basic.Password) : null;
    }

    /// <summary>Nothing of a secret may get into a log.</summary>
    public override string ToString() => $"credentials of '{User}'";

    /// <summary>Returns what a user entered.</summary>
    public static Credentials From(string? user, string secret) =>
        new(user, secret, JsonWebToken.TryParse(secret, out var jwt) ? jwt : null);
}
