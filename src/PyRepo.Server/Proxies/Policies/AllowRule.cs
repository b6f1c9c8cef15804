using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>Hides what no entry of <c>allow</c> names.</summary>
/// <param name="allowed">The entries.</param>
sealed class AllowRule(PolicyEntries allowed) : IPolicyRule
{
    const string Name = "allow";

    /// <summary>Returns why a project is not known, or null if an entry names it.</summary>
    public Verdict? Judge(ProjectName project) => !allowed.Of(project).IsEmpty
        ? null
        : new Verdict(Name, null, "is not named by any entry of 'allow'");

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now)
    {
        PolicyEntry? first = null;
        foreach (var entry in allowed.Of(file.Name.Project))
        {
            if (entry.Contains(file.Name))
                return null;
            first ??= entry;
        }
        return first is null
            ? Judge(file.Name.Project)
            : new Verdict(Name, first.Text, $"has a version that is not allowed by '{first}'");
    }
}
