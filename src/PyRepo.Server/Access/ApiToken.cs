using System.Text.Json.Serialization;
using PyRepo.Resources.Access;

namespace PyRepo.Server.Access;

/// <summary>A token for clients, without its secret: a role for some projects and for some time.</summary>
sealed record ApiToken
{
    /// <summary>The public part of the token's text.</summary>
    public required string Id { get; init; }

    /// <summary>The SHA-256 of the secret part, in lowercase hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether the hash was overwritten with zeros: the token was revoked while the disk was full.</summary>
    [JsonIgnore]
    public bool IsErased => !Sha256.AsSpan().ContainsAnyExcept('0');

    /// <summary>The name, for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>The most that it allows.</summary>
    [JsonConverter(typeof(RoleConverter))]
    public Role Role { get; init; }

    /// <summary>The projects that it is for, as in a grant. Null means all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The user who made it, or null.</summary>
    public string? User { get; init; }

    /// <summary>
    /// The result of <see cref="ApiTokenText.Prove"/> for the user's password, as the Secret had it when the token was
    /// made; null if no user made it, or a server that did not write this.
    /// </summary>
    public string? PasswordProof { get; init; }

    /// <summary>The ServiceAccount that made it, as <c>NAMESPACE/NAME</c>, or null.</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>Whether another token was made by the same user or ServiceAccount.</summary>
    public bool HasOwnerOf(ApiToken other) => (User, ServiceAccount) == (other.User, other.ServiceAccount);
}
