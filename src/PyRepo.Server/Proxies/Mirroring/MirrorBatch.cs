using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>Some of the projects of which something may have changed, and how many there are of all.</summary>
/// <param name="Due">The projects, in the order of their names.</param>
/// <param name="Total">The number of projects that are mirrored.</param>
/// <param name="Current">The number of those of which nothing changed.</param>
sealed record MirrorBatch(IReadOnlyList<MirroredProject> Due, int Total, int Current)
{
    /// <summary>Whether there may be more in the next batch.</summary>
    public bool IsFull => Due.Count == ServerLimits.MaxMirrorBatch;

    /// <summary>Reads a batch.</summary>
    /// <param name="projects">All projects.</param>
    /// <param name="isMirrored">Whether a project is mirrored.</param>
    /// <param name="isCurrent">Whether nothing changed of a project.</param>
    /// <param name="after">The name after which the batch begins.</param>
    public static async Task<MirrorBatch> ReadAsync(
        IAsyncEnumerable<MirroredProject> projects, Predicate<ProjectName> isMirrored,
        Predicate<MirroredProject> isCurrent, string after)
    {
        var due = new List<MirroredProject>();
        var (total, current) = (0, 0);
        await foreach (var project in projects)
        {
            if (!isMirrored(ProjectName.Parse(project.Name)))
                continue;
            total++;
            if (isCurrent(project))
                current++;
            else if (due.Count < ServerLimits.MaxMirrorBatch && string.CompareOrdinal(project.Name, after) > 0)
                due.Add(project);
        }
        return new MirrorBatch(due, total, current);
    }
}
