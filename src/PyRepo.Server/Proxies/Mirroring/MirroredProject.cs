using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>How far a project is mirrored.</summary>
sealed record MirroredProject
{
    /// <summary>Its normalized name.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    /// <summary>Whether it is no longer mirrored, which hides what was known before.</summary>
    [JsonIgnore]
    public bool IsRemoved { get; init; }

    /// <summary>The serial with which upstream last listed it, or null if it lists none.</summary>
    public long? Listed { get; init; }

    /// <summary>Whether all its files were there after it was last mirrored.</summary>
    public bool IsComplete { get; init; }

    /// <summary>The serial that its page had then.</summary>
    public long? Serial { get; init; }

    /// <summary>The digest of the versions of the policy and the scope under which it was mirrored.</summary>
    public string? Rules { get; init; }

    /// <summary>
    /// When the policy will let more of its files through, or null if time alone does not change that.
    /// </summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>
    /// Whether nothing has changed since it was mirrored, as far as upstream's list and the time tell.
    /// </summary>
    public bool IsCurrent(string rules, DateTimeOffset now) =>
        IsComplete && Listed is not null && Serial == Listed && Rules == rules && !(ValidUntil <= now);

    /// <summary>Returns the digest of the versions of a policy and a scope.</summary>
    public static string GetRules(string versions) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(versions)).AsSpan(0, 8));
}
