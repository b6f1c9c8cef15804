using PyRepo.Server.Hosted.Retention;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>The releases that retention removes, or has removed.</summary>
sealed record RetentionView
{
    /// <summary>When releases are removed next, or null if all are kept.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>The releases.</summary>
    public required IReadOnlyList<Release> Releases { get; init; }

    /// <summary>Returns the view of some releases.</summary>
    public static RetentionView From(IEnumerable<ExpiredRelease> expired, DateTimeOffset? next) => new()
    {
        Next = next,
        Releases =
        [
            .. expired.Select(each => new Release(
                each.Project.Value, each.Version, [.. each.Files], each.Size, each.Reason)),
        ],
    };

    /// <summary>One of the releases.</summary>
    /// <param name="Project">The project.</param>
    /// <param name="Version">The version.</param>
    /// <param name="Files">The names of its files.</param>
    /// <param name="Size">Their size in bytes.</param>
    /// <param name="Reason">Why no rule keeps it.</param>
    public sealed record Release(
        string Project, string Version, IReadOnlyList<string> Files, long Size, string Reason);
}
