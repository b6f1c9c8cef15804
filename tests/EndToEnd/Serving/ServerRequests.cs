using System.Net;
using System.Net.Http.Headers;

namespace EndToEnd.Serving;

/// <summary>The short requests that many tests send to a server.</summary>
public static class ServerRequests
{
    /// <summary>What the publisher of a repository gets for an upload.</summary>
    public static async Task MustTakeAsync(this PyRepoServer server, string repository, TestWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(server, repository, UploadParts.From(wheel).ToContent());
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
    }

    /// <summary>The status of what lies at a path.</summary>
    public static async Task<HttpStatusCode> StatusOfAsync(
        this PyRepoServer server, string path, AuthenticationHeaderValue? credentials = null)
    {
        using var answer = await server.GetAsync(path, credentials);
        return answer.StatusCode;
    }

    /// <summary>The answer to a GET of a path.</summary>
    public static async Task<HttpResponseMessage> GetAsync(
        this PyRepoServer server, string path, AuthenticationHeaderValue? credentials = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        request.Headers.Authorization = credentials;
        return await server.Http.SendAsync(request);
    }

    /// <summary>The status that an upload by somebody gets.</summary>
    public static async Task<HttpStatusCode> UploadStatusAsync(
        this PyRepoServer server, string repository, TestWheel wheel, AuthenticationHeaderValue credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.GetUrl(repository))
        {
            Content = UploadParts.From(wheel).ToContent(),
        };
        request.Headers.Authorization = credentials;
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>The status that the deletion of a file by somebody gets.</summary>
    public static async Task<HttpStatusCode> DeletionStatusAsync(
        this PyRepoServer server, string repository, TestWheel wheel, AuthenticationHeaderValue? credentials)
    {
        var url = new Uri(server.GetUrl(repository), $"api/v1/projects/{wheel.Project}/files/{wheel.FileName}");
        using var request = new HttpRequestMessage(HttpMethod.Delete, url);
        request.Headers.Authorization = credentials;
        using var answer = await server.Http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>
    /// Whether a project's page lists exactly these bytes under the wheel's name, and they can be downloaded.
    /// </summary>
    public static async Task<bool> ServesAsync(this PyRepoServer server, string repository, TestWheel wheel)
    {
        var page = await ReadPageAsync(server, repository, wheel.Project.ToLowerInvariant());
        if (page?.Find(wheel.FileName) is not { } file || file.Sha256 != wheel.Sha256)
            return false;
        using var answer = await server.Http.GetAsync(file.Url);
        if (answer.StatusCode != HttpStatusCode.OK)
            return false;
        Assert.Equal(wheel.Bytes, await answer.Content.ReadAsByteArrayAsync());
        return true;
    }

    /// <summary>A project of which files wait for their adoption is unavailable.</summary>
    static async Task<ProjectPage?> ReadPageAsync(PyRepoServer server, string repository, string project)
    {
        try
        {
            return await ProjectPage.ReadAsync(server, repository, project);
        }
        catch (HttpRequestException error) when (error.StatusCode is HttpStatusCode.ServiceUnavailable)
        {
            return null;
        }
    }
}
