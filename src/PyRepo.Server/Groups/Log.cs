using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Groups;

static partial class Log
{
    [LoggerMessage(1001, LogLevel.Error, "The member '{Member}' failed to answer for '{Project}'.")]
    public static partial void MemberFailed(ILogger logger, string member, ProjectName project, Exception error);
}
