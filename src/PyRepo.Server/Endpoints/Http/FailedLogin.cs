using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Access;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>Logs wrong credentials that a page answers by itself. All others are logged by <see cref="ErrorResponse"/>.</summary>
static class FailedLogin
{
    /// <summary>Logs whose credentials were wrong, and from where.</summary>
    public static void Note(HttpContext context, AuthenticationFailedException failed) => Log.AuthenticationFailed(
        context.RequestServices.GetRequiredService<ILoggerFactory>()
            .CreateLogger("PyRepo.Server.Endpoints.Http.FailedLogin"),
        failed.Repository, failed.User ?? "an unknown caller", failed.Address, failed.Message);
}
