namespace PyRepo.Server.Content.Repositories;

/// <summary>Why a rule hides a file, or a project.</summary>
/// <param name="Rule">
/// The name of the rule, as the resource spells its field: <c>minimumAge</c>; or <c>status</c>.
/// </param>
/// <param name="Entry">The entry of the rule that decided, such as <c>urllib3&lt;2</c>, or null.</param>
/// <param name="Reason">
/// The reason, as the end of a sentence about the file: <c>is blocked by 'urllib3&lt;2'</c>.
/// </param>
/// <param name="Since">Since when there has been a reason to hide it, or null if that is not known.</param>
/// <param name="Until">Until when it is hidden, or null if time alone does not change that.</param>
public sealed record Verdict(
    string Rule, string? Entry, string Reason, DateTimeOffset? Since = null, DateTimeOffset? Until = null);
