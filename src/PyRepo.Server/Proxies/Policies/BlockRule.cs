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
            if (!entry.MayContain(file.Name))
                continue;
            return new Verdict("block", entry.Text, entry.IsValid
                ? $"is blocked by '{entry}'"
                : $"is blocked by '{entry}', which is not valid and therefore blocks all versions");
        }
        return null;
    }
}
