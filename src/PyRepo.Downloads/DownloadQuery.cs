using PyRepo.Packaging.Names;

namespace PyRepo.Downloads;

/// <summary>A question to the log: who downloaded this?</summary>
/// <param name="Project">The project.</param>
/// <param name="Filter">Which of its downloads count.</param>
sealed record DownloadQuery(ProjectName Project, DownloadFilter Filter)
{
    /// <summary>Returns the query as the parameters of a URL.</summary>
    public string ToParameters() => $"?project={Project}&{Filter.ToParameters()}";
}
