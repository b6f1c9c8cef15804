using System.Text.Json.Serialization;

namespace PyRepo.Server.Access;

/// <summary>
/// The content of a token that a group's server sends to a member's server. It states what the caller may do, and is
/// valid for one minute. Passwords are never passed on.
/// </summary>
/// <param name="Audience">The member, as <c>namespace/name</c>.</param>
/// <param name="User">The caller's name for records and logs, or null for an anonymous caller.</param>
/// <param name="Action">The action that the group's server has allowed.</param>
/// <param name="Project">The project, or null for all projects, which the list of names requires.</param>
/// <param name="Expires">When the token expires, as Unix time in seconds.</param>
sealed record MemberToken(
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("sub")] string? User,
    [property: JsonPropertyName("act")] AccessAction Action,
    [property: JsonPropertyName("prj")] string? Project,
    [property: JsonPropertyName("exp")] long Expires);
