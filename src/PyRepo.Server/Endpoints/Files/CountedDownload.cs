using PyRepo.Downloads;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// A request for a file, which counts as a download once its first byte is about to be sent, and is written down then,
/// if a log is kept.
/// </summary>
/// <param name="Served">The repository that has the file.</param>
/// <param name="File">The file.</param>
/// <param name="ETag">The entity tag of its bytes.</param>
/// <param name="IsYanked">Whether it is yanked.</param>
readonly record struct CountedDownload(RepositoryRegistration Served, FileRequest File, string ETag, bool IsYanked)
{
    const int Sha256Length = 64;

    /// <summary>Returns the download of an opened file.</summary>
    public static CountedDownload From(RepositoryRequest request, FileRequest file, OpenAnswer.Found opened) => new(
        opened.AnsweredBy.IsEmpty ? request.Repository : request.Repository.Members[opened.AnsweredBy[^1]], file,
        opened.Content.ETag, opened.IsYanked);

    /// <summary>
    /// Returns who asks for a file, if that may be written down. Credentials that are not accepted do not matter for
    /// what anyone may read, so that they are no failure here.
    /// </summary>
    public static async ValueTask<RequestedDownload?> IdentifyAsync(RepositoryRequest request)
    {
        if (request.IsHead || !(request.Repository.MayLogDownloads || GroupRequest.Sent(request.Context)))
            return null;
        var access = await TryIdentifyAsync(request);
        return (access?.Caller as Caller.Forwarded)?.Decision.Download
            ?? new(request.Repository.Name, access?.DownloadCaller ?? DownloadCaller.Unverified)
            {
                Log = request.Repository.LogOwner,
            };
    }

    /// <summary>
    /// Counts the download if it begins with the first byte. If it breaks off, it counts all the same: the client asks
    /// for the rest. The log has each request.
    /// </summary>
    public void Begin(long offset)
    {
        if (File.Kind is not FileContentKind.Bytes)
            return;
        if (offset == 0)
        {
            Served.Statistics?.Count(File.Project, File.FileName, File.UserAgent ?? "");
            if (IsYanked)
                Served.Requests.CountYanked();
        }
        if (File.Download is { } request && (request.Log ?? Served.LogOwner) is { } owner
            && Served.DownloadLog is DownloadLog log)
        {
            log.Record(owner, GetLogged(request, isPart: offset > 0));
        }
    }

    Download GetLogged(RequestedDownload request, bool isPart)
    {
        var client = DownloadClients.From(File.UserAgent);
        return new Download(File.Project, File.FileName, request.Caller)
        {
            Sha256 = ETag is ['"', .. { Length: Sha256Length } digits, '"'] ? digits : null,
            Asked = request.Asked,
            Served = Served.Name,
            Installer = client.Installer,
            Python = client.Python,
            IsPart = isPart,
        };
    }

    static async ValueTask<RequestAccess?> TryIdentifyAsync(RepositoryRequest request)
    {
        try
        {
            return await request.IdentifyAsync();
        }
        catch (Exception error) when (error is AuthenticationFailedException or AuthenticationUnavailableException
            or RejectedException { Reason: RejectionReason.Unauthenticated })
        {
            return null;
        }
    }
}
