namespace PyRepo.Server.Proxies.Advisories;

/// <summary>An advisory in a database.</summary>
/// <param name="Advisory">The advisory, with the rating of its vulnerability.</param>
/// <param name="Group">The same for all advisories about one vulnerability.</param>
/// <param name="HasOwnSeverity">Whether the rating is not an alias's.</param>
readonly record struct DatabaseEntry(Advisory Advisory, int Group, bool HasOwnSeverity);
