using System.Net;
using System.Net.Http.Headers;

namespace EndToEnd.Proxying;

/// <summary>Sends requests to a server as clients do.</summary>
public static class ProxyRequests
{
    /// <summary>Asks for a project's page in JSON.</summary>
    public static Task<ProxyResponse> PageAsync(
        this PyRepoServer server, string repository, string project, AuthenticationHeaderValue? caller = null) =>
        server.AskAsync(new Uri(server.IndexOf(repository), $"{project}/"), caller, Replies.Json);

    /// <summary>Asks for a file that is on a project's page.</summary>
    public static async Task<ProxyResponse> FileAsync(
        this PyRepoServer server, string repository, string project, string fileName,
        AuthenticationHeaderValue? caller = null)
    {
        var page = (await server.PageAsync(repository, project, caller)).Must(HttpStatusCode.OK);
        return await server.AskAsync(page.GetUrl(fileName), caller);
    }

    /// <summary>Asks for anything.</summary>
    public static async Task<ProxyResponse> AskAsync(
        this PyRepoServer server, Uri url, AuthenticationHeaderValue? caller = null, string? accept = null,
        RangeHeaderValue? range = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, url);
        request.Headers.Authorization = caller;
        request.Headers.Range = range;
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await server.Http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new ProxyResponse(url, answer.StatusCode, headers, bytes);
    }

    /// <summary>Uploads a wheel, as the repository's publisher.</summary>
    public static async Task UploadAsync(this PyRepoServer server, string repository, TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(server, repository, TwineForm.From(wheel));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
