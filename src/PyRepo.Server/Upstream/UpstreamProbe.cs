using System.Net.Http.Headers;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Upstream;

/// <summary>Asks an index for something that it should have, to learn whether it answers at all.</summary>
sealed class UpstreamProbe(UpstreamSettings settings, UpstreamConnection connection, CircuitBreaker breaker)
{
    /// <summary>Asks for the list of projects, or for the page of a project. The body is not read.</summary>
    /// <returns>Why the index does not send it, or null if it does.</returns>
    public async Task<string?> FindObstacleAsync(ProjectName? project, Action<HttpRequestHeaders> prepare) =>
        await TryAsync(HttpMethod.Head, project, prepare) is null
            ? null
            : await TryAsync(HttpMethod.Get, project, prepare); // Not every server knows HEAD.

    async Task<string?> TryAsync(HttpMethod method, ProjectName? project, Action<HttpRequestHeaders> prepare)
    {
        var url = project is { } name ? new Uri(settings.Url, $"{name.Value}/") : settings.Url;
        try
        {
            var (response, final) =
                await connection.SendAsync(method, url, project, breaker, prepare, CancellationToken.None);
            using (response)
            {
                if (!response.IsSuccessStatusCode)
                    return connection.Unusable(final, Refusal(project, (int)response.StatusCode), null).Message;
                // A redirect to a login form is no list.
                return final.AbsolutePath.TrimEnd('/') == url.AbsolutePath.TrimEnd('/')
                    ? null
                    : $"{settings.Name} redirects to another page instead of {What(project)}.";
            }
        }
        catch (UpstreamUnavailableException error)
        {
            return error.Message;
        }
    }

    string Refusal(ProjectName? project, int status) => $"{settings.Name} answered {status} for {What(project)}.";

    static string What(ProjectName? project) =>
        project is null ? "its list of projects" : $"the page of '{project}'";
}
