using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Endpoints.Http;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed with {Status}.")]
    public static partial void RequestFailed(ILogger logger, string method, string path, int status, Exception error);

    [LoggerMessage(4, LogLevel.Warning, "{Method} {Path} failed with {Status}: {Message}")]
    public static partial void RequestRejected(ILogger logger, string method, string path, int status, string message);

    [LoggerMessage(2, LogLevel.Information, "{User} {What} '{File}' in '{Repository}', as {Grant} allows.")]
    public static partial void Changed(
        ILogger logger, string user, string what, string file, string repository, string grant);

    [LoggerMessage(3, LogLevel.Information, "Rejected an upload to '{Repository}' with {Status}: {Message}")]
    public static partial void UploadRejected(ILogger logger, string repository, int status, string message);

    [LoggerMessage(5, LogLevel.Information, "Failed login to '{Repository}' by {User} from {Address}: {Message}")]
    public static partial void AuthenticationFailed(
        ILogger logger, string repository, string user, string address, string message);
}
