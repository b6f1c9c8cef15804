using System.Text.Json.Serialization;

namespace PyRepo.Server.Access;

/// <summary>
/// What a group's server says to a member's: this caller may do this, for a minute. Passwords are never passed on.
/// </summary>
/// <param name="Audience">The member: <c>namespace/name</c>.</param>
/// <param name="User">The caller's name, for records and logs; null: anonymous.</param>
/// <param name="Action">What the group's server decided to allow.</param>
/// <param name="Project">The project; null: all of them, for the list of names.</param>
/// <param name="Expires">When it ends, in seconds of Unix time.</param>
sealed record MemberToken(
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("sub")] string? User,
    [property: JsonPropertyName("act")] AccessAction Action,
    [property: JsonPropertyName("prj")] string? Project,
    [property: JsonPropertyName("exp")] long Expires);
