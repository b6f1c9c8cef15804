namespace PyRepo.Server.Content.Repositories;

/// <summary>A waiver of the resource, for one of its rules.</summary>
/// <param name="Rule">The name of the rule, as that of a <see cref="Verdict"/>.</param>
/// <param name="Match">The entry that names the file, such as <c>urllib3==2.6.1</c>.</param>
/// <param name="Reason">The reason, for people.</param>
/// <param name="By">The person who answers for it.</param>
/// <param name="Until">When it ends.</param>
public sealed record Waiver(string Rule, string Match, string Reason, string By, DateTimeOffset Until);
