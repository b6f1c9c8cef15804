using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>
/// The files that lack the attestation of a publisher, of the projects that were looked at lately. Each is logged once.
/// </summary>
sealed class ProvenanceFindings(TimeProvider clock, ILogger logger)
{
    /// <summary>The files that are remembered of one project.</summary>
    const int MaxFiles = 100;

    readonly ConcurrentDictionary<ProjectName, ImmutableArray<Finding>> _projects = new();

    /// <summary>Notes what was found about the files of a project.</summary>
    public void Note(ProjectSnapshot project)
    {
        ImmutableArray<Finding> found =
        [
            .. (from file in project.Files from finding in Find(file) orderby finding.Verdict.Since descending
                select finding).Take(MaxFiles),
        ];
        var before = _projects.GetValueOrDefault(project.Project, []);
        if (found.IsEmpty)
        {
            Forget(project.Project);
            return;
        }
        if (before.IsEmpty && _projects.Count >= ServerLimits.MaxProvenanceFindings)
            Forget(_projects.MinBy(each => each.Value[0].Verdict.Since).Key);
        _projects[project.Project] = found;
        foreach (var finding in found.Where(each => !before.Any(known => known.File == each.File)))
            Log.LacksAttestation(logger, finding.Verdict.GetSentence(finding.File));
    }

    /// <summary>Forgets a project, which upstream no longer has.</summary>
    public void Forget(ProjectName project) => _projects.TryRemove(project, out _);

    /// <summary>Forgets everything, because the policy is another one.</summary>
    public void Clear() => _projects.Clear();

    /// <summary>The files that are hidden now, each with the verdict: the newest first.</summary>
    public IReadOnlyList<(string File, Verdict Verdict)> GetHidden()
    {
        var now = clock.GetUtcNow();
        return
        [
            .. from findings in _projects.Values
               from finding in findings
               where finding.IsHidden && !(finding.Verdict.Until <= now)
               orderby finding.Verdict.Since descending, finding.File
               select (finding.File, finding.Verdict),
        ];
    }

    static IEnumerable<Finding> Find(SnapshotFile file) =>
    [
        .. from verdict in file.HiddenBy
           where verdict.Rule == ProvenanceRule.Name
           select new Finding(file.Distribution.Name.FileName, verdict, IsHidden: true),
        .. from verdict in file.Reported
           where verdict.Rule == ProvenanceRule.Name
           select new Finding(file.Distribution.Name.FileName, verdict, IsHidden: false),
    ];

    /// <param name="File">The name of the file.</param>
    /// <param name="Verdict">The finding.</param>
    /// <param name="IsHidden">Whether it hides the file.</param>
    readonly record struct Finding(string File, Verdict Verdict, bool IsHidden);
}
