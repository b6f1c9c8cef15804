using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// The findings of the rules about doubtful files: those that lack the attestation of a publisher, and those with signs of an
/// attack, of the projects with the newest ones. What is found out about a file is logged once, as far as the process
/// remembers; not that it is not examined yet.
/// </summary>
sealed class PolicyFindings(TimeProvider clock, ILogger logger)
{
    /// <summary>The files that are remembered of one project, and the findings that are not logged again.</summary>
    const int MaxFiles = 100, MaxLogged = 10_000;

    readonly Lock _lock = new();
    readonly Dictionary<ProjectName, ImmutableArray<Finding>> _projects = [];
    readonly HashSet<(string File, string Reason)> _logged = [];
    ImmutableSortedDictionary<string, long> _counts =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>In how many files each rule of the release guard found something, as far as it was logged.</summary>
    public ImmutableSortedDictionary<string, long> Counts => Volatile.Read(ref _counts);

    /// <summary>Notes what was found about the files of a project.</summary>
    public void Note(ProjectSnapshot project)
    {
        ImmutableArray<Finding> found =
        [
            .. (from file in project.Files from finding in Find(file) orderby finding.Verdict.Since descending
                select finding).Take(MaxFiles),
        ];
        lock (_lock)
        {
            _projects.Remove(project.Project);
            if (found.IsEmpty)
                return;
            if (_projects.Count >= ServerLimits.MaxFindings)
                _projects.Remove(_projects.MinBy(each => each.Value[0].Verdict.Since).Key);
            _projects[project.Project] = found;
            if (_logged.Count >= MaxLogged)
                _logged.Clear();
            foreach (var finding in found.Where(each => !each.IsPending))
            {
                if (!_logged.Add((finding.File, finding.Verdict.Reason)))
                    continue;
                Log.Found(logger, GetTitle(finding.Verdict), finding.Verdict.GetSentence(finding.File));
                if (finding.Verdict is { Rule: GuardFindingRule.Name, Entry: { } rule })
                    _counts = _counts.SetItem(rule, _counts.GetValueOrDefault(rule) + 1);
            }
        }
    }

    /// <summary>Forgets a project, which upstream no longer has.</summary>
    public void Forget(ProjectName project)
    {
        lock (_lock)
            _projects.Remove(project);
    }

    /// <summary>Forgets all projects, because the policy is another one.</summary>
    public void Clear()
    {
        lock (_lock)
            _projects.Clear();
    }

    /// <summary>The files that are hidden now, each with the verdict: the newest first.</summary>
    public IReadOnlyList<(string File, Verdict Verdict)> GetHidden()
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            return
            [
                .. from findings in _projects.Values
                   from finding in findings
                   where finding.IsHidden && !(finding.Verdict.Until <= now)
                   orderby finding.Verdict.Since descending, finding.File
                   select (finding.File, finding.Verdict),
            ];
        }
    }

    static IEnumerable<Finding> Find(SnapshotFile file)
    {
        var name = file.Distribution.Name.FileName;
        return
        [
            .. from verdict in file.HiddenBy
               where IsOf(verdict)
               select new Finding(name, verdict, IsHidden: true, IsPending(file.Distribution, verdict)),
            .. from verdict in file.Reported
               where IsOf(verdict)
               select new Finding(name, verdict, IsHidden: false, IsPending(file.Distribution, verdict)),
        ];
    }

    /// <summary>Returns the rule for people: <c>Provenance</c>, <c>Guard StartupFile</c>.</summary>
    static string GetTitle(Verdict verdict) =>
        verdict.Rule is ProvenanceRule.Name ? "Provenance" : $"Guard {verdict.Entry}".TrimEnd();

    static bool IsOf(Verdict verdict) => verdict.Rule is ProvenanceRule.Name or GuardFindingRule.Name;

    static bool IsPending(Distribution file, Verdict verdict) => verdict.Rule is ProvenanceRule.Name
        ? file.Verified is { Verdict: ProvenanceVerdict.Pending }
        : verdict.Entry is null;

    /// <param name="File">The name of the file.</param>
    /// <param name="Verdict">The finding.</param>
    /// <param name="IsHidden">Whether it hides the file.</param>
    /// <param name="IsPending">Whether it is only that the file is not examined yet.</param>
    readonly record struct Finding(string File, Verdict Verdict, bool IsHidden, bool IsPending);
}
