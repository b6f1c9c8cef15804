using PyRepo.Packaging.Names;

namespace PyRepo.Server.Platform.Egress;

/// <summary>Signs the requests to one server, and accepts only that server's own answers.</summary>
interface IRequestAuthentication
{
    /// <summary>Sends a request about a project, or about all of them if it is null.</summary>
    /// <returns>The server's own answer, whatever its status.</returns>
    /// <exception cref="UpstreamUnavailableException">Something else answered.</exception>
    Task<HttpResponseMessage> SendAsync(
        HttpMessageInvoker client, HttpRequestMessage request, ProjectName? project,
        CancellationToken cancellationToken);
}
