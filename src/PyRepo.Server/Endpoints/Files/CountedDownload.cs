using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>A request for a file, which counts as a download once its first byte is about to be sent.</summary>
/// <param name="Statistics">The statistics of the repository that has the file, or null if they are elsewhere.</param>
/// <param name="File">The file.</param>
readonly record struct CountedDownload(DownloadStatistics? Statistics, FileRequest File)
{
    /// <summary>Returns the download of an opened file.</summary>
    public static CountedDownload Of(RepositoryRequest request, FileRequest file, OpenAnswer.Found opened) => new(
        opened.AnsweredBy.IsEmpty
            ? request.Repository.Statistics
            : request.Repository.Members[opened.AnsweredBy[^1]].Statistics,
        file);

    /// <summary>
    /// Counts the download if it begins with the first byte. If it breaks off, it counts all the same: the client asks
    /// for the rest.
    /// </summary>
    public void Begin(long offset)
    {
        if (offset == 0 && File.Kind is FileContentKind.Bytes)
            Statistics?.Count(File.Project, File.FileName, File.UserAgent ?? "");
    }
}
