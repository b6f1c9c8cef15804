using System.Collections.Immutable;
using PyRepo.Advisories;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>The rule of <c>advisories</c> about files of releases with known vulnerabilities.</summary>
/// <param name="database">The advisories.</param>
/// <param name="action">The action on such a file.</param>
/// <param name="minimum">The severity from which an advisory counts, or null if each does.</param>
sealed class AdvisoryRule(AdvisoryDatabase database, AdvisoryAction action, Severity? minimum) : IPolicyRule
{
    /// <summary>The name of the rule.</summary>
    public const string Name = "advisories";

    /// <inheritdoc/>
    public Verdict? Judge(Distribution file, DateTimeOffset now) =>
        action is AdvisoryAction.Block && Find(file) is [var first, ..] found
            ? new Verdict(Name, first.Id, $"has a known vulnerability: {GetText(found)}", first.Published)
            : null;

    /// <summary>
    /// Returns a file with its vulnerabilities. If the action is Yank, it is yanked because of them, unless a person
    /// waived that.
    /// </summary>
    public SnapshotFile Describe(SnapshotFile file, Waiver? waiver)
    {
        var found = Find(file.Distribution);
        if (found.IsEmpty)
            return file;
        var described = file with { Vulnerabilities = [.. found.Select(GetView)] };
        if (action is not AdvisoryAction.Yank || file.Distribution.Yanked is not null)
            return described;
        return waiver is null
            ? described with { Distribution = file.Distribution with { Yanked = GetText(found) } }
            : described with { Waivers = [.. file.Waivers, waiver] };
    }

    /// <summary>
    /// Returns the advisory that says that a release is malicious, or that a severe vulnerability is in it, or null. From
    /// which severity on, the resource says, or else it is High.
    /// </summary>
    public string? FindSevere(Distribution file)
    {
        foreach (var advisory in database.Find(file.Name.Project, file.Name.Version, file.Name.VersionText))
        {
            if (IsOfMalware(advisory.Id) || advisory.Aliases.Any(IsOfMalware)
                || advisory.IsSevereEnough(minimum ?? Severity.High))
            {
                return advisory.Id;
            }
        }
        return null;
    }

    static bool IsOfMalware(string id) => id.StartsWith("MAL-", StringComparison.Ordinal);

    /// <summary>Returns whether a file has a known vulnerability.</summary>
    public bool IsVulnerable(Distribution file) => !Find(file).IsEmpty;

    ImmutableArray<Advisory> Find(Distribution file)
    {
        var all = database.Find(file.Name.Project, file.Name.Version, file.Name.VersionText);
        return all.IsEmpty || minimum is null ? all : [.. all.Where(a => a.IsSevereEnough(minimum))];
    }

    /// <summary>Names all advisories and describes the first: <c>PYSEC-2024-1, PYSEC-2024-2 (a summary)</c>.</summary>
    static string GetText(ImmutableArray<Advisory> found) =>
        string.Join(", ", found.Select(a => a.Id)) + (found[0].Summary.Length > 0 ? $" ({found[0].Summary})" : "");

    static Vulnerability GetView(Advisory advisory) => new()
    {
        Id = advisory.Id,
        Aliases = advisory.Aliases,
        Summary = advisory.Summary.Length > 0 ? advisory.Summary : null,
        Link = advisory.Link,
        FixedIn = advisory.FixedIn,
    };
}
