using System.Collections.Immutable;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Repositories;

/// <summary>Why the files of a release are visible or hidden, as <c>api/v1/why</c> sends it.</summary>
sealed record Explanation
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The version that was asked for.</summary>
    public required string Version { get; init; }

    /// <summary>Whether the repository knows the project at all. If not, <see cref="Rules"/> say why.</summary>
    public required bool Known { get; init; }

    /// <summary>The rules that make the project unknown, or null.</summary>
    public IReadOnlyList<Verdict>? Rules { get; init; }

    /// <summary>The project's status (<see href="https://peps.python.org/pep-0792/">PEP 792</see>).</summary>
    public string? Status { get; init; }

    /// <summary>Why the project has that status.</summary>
    public string? StatusReason { get; init; }

    /// <summary>The members of a group that provide the project, or null.</summary>
    public IReadOnlyList<string>? AnsweredBy { get; init; }

    /// <summary>The files of the release; none if there is no such release, neither visible nor hidden.</summary>
    public IReadOnlyList<ExplainedFile> Files { get; init => field = value ?? []; } = [];

    /// <summary>How many more files the release has.</summary>
    public int MoreFiles { get; init; }

    /// <summary>
    /// Returns what an answer says about a version, or null if the project is not known for no reason.
    /// </summary>
    public static Explanation? From(ProjectName project, string version, ProjectAnswer answer) => answer switch
    {
        ProjectAnswer.Known known => From(known, version),
        ProjectAnswer.NotKnown { Evidence.HiddenBy: { } verdict } => new Explanation
        {
            Project = project.Value,
            Version = version,
            Known = false,
            Rules = [verdict],
        },
        _ => null,
    };

    /// <summary>Returns the project that another server explained. Only the explained files are in it.</summary>
    public ProjectSnapshot ToSnapshot(ProjectName project) => new()
    {
        Project = project,
        Version = "",
        Status = ProjectStatusNames.TryParse(Status, out var status) ? status : ProjectStatus.Active,
        StatusReason = StatusReason,
        Files = [.. Files.Select(f => f.ToSnapshotFile(project)).OfType<SnapshotFile>()],
    };

    static Explanation From(ProjectAnswer.Known known, string version)
    {
        var snapshot = known.Snapshot;
        var files = snapshot.Files.Where(f => f.Distribution.Name.IsOf(version)).ToList();
        return new Explanation
        {
            Project = snapshot.Project.Value,
            Version = version,
            Known = true,
            Status = snapshot.Status.ToName(),
            StatusReason = snapshot.StatusReason,
            AnsweredBy = known.AnsweredBy.IsEmpty ? null : known.AnsweredBy,
            Files =
            [
                .. files.Take(ServerLimits.MaxExplainedFiles).Select(f => ExplainedFile.From(f, snapshot.Status)),
            ],
            MoreFiles = Math.Max(0, files.Count - ServerLimits.MaxExplainedFiles),
        };
    }
}
