using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Platform.Tls;

static partial class Log
{
    [LoggerMessage(
        611, LogLevel.Information,
        "A changed certificate is in use for new connections. It expires on {Expires:yyyy-MM-dd HH:mm} UTC.")]
    public static partial void CertificateChanged(ILogger logger, DateTimeOffset expires);

    [LoggerMessage(
        612, LogLevel.Error, "The changed certificate cannot be used. The last valid one stays in use: {Problem}")]
    public static partial void CertificateRejected(ILogger logger, string problem);
}
