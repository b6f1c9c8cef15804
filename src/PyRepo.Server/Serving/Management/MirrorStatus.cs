namespace PyRepo.Server.Serving.Management;

/// <summary>How far a mirror is.</summary>
/// <param name="ProjectsDone">The projects that are complete.</param>
/// <param name="ProjectsTotal">All projects to mirror.</param>
/// <param name="LastSync">When everything was last mirrored.</param>
/// <param name="FilesFetched">The files that were fetched since the server started.</param>
/// <param name="FailureCount">What could not be mirrored in the current or last pass.</param>
/// <param name="Messages">The first failures, and what upstream does not have.</param>
sealed record MirrorStatus(
    int ProjectsDone, int ProjectsTotal, DateTimeOffset? LastSync, long FilesFetched, long FailureCount,
    IReadOnlyList<string> Messages);
