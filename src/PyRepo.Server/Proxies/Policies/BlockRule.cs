using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Hides what an entry of <c>block</c> names.</summary>
/// <param name="blocked">The entries.</param>
sealed class BlockRule(PolicyEntries blocked) : IPolicyRule
{
    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now)
    {
        foreach (var entry in blocked.Get(file.Name.Project))
        {
            // What cannot be compared with the versions of the entry may be one of them.
            if (entry.Contains(file.Name) || (file.Name.Version is null && !entry.ComparesText))
                return new Verdict("block", entry.Text, $"is blocked by '{entry}'");
        }
        return null;
    }
}
