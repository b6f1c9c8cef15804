using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Endpoints.TrustedPublishing;

static partial class Log
{
    [LoggerMessage(702, LogLevel.Information, "Issued a token for trusted publishing to '{Subject}' of {Issuer}.")]
    public static partial void Minted(ILogger logger, string subject, string issuer);

    [LoggerMessage(706, LogLevel.Information, "Revoked a token for trusted publishing of '{Subject}'.")]
    public static partial void Ended(ILogger logger, string subject);

    [LoggerMessage(703, LogLevel.Information, "Refused a token for trusted publishing: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);
}
