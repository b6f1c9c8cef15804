using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace EndToEnd;

/// <summary>A project's page, read as a client reads it.</summary>
public sealed record ProjectPage(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("versions")] IReadOnlyList<string> Versions,
    [property: JsonPropertyName("files")] IReadOnlyList<PageFile> Files)
{
    /// <summary>Reads it; null when there is no such project.</summary>
    public static async Task<ProjectPage?> ReadAsync(PyRepoServer server, string repository, string project)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.IndexOf(repository), $"{project}/"));
        request.Headers.Add("Accept", "application/vnd.pypi.simple.v1+json");
        using var answer = await server.Http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        answer.EnsureSuccessStatusCode();
        var page = await answer.Content.ReadFromJsonAsync<ProjectPage>()
            ?? throw new InvalidDataException("The page is null.");
        return page with { Files = [.. page.Files.Select(f => f with { Url = new Uri(request.RequestUri!, f.Url) })] };
    }

    /// <summary>Reads the JSON of a page. Its URLs stay relative.</summary>
    public static ProjectPage Parse(string json) => System.Text.Json.JsonSerializer.Deserialize<ProjectPage>(json)
        ?? throw new InvalidDataException("The page is null.");

    /// <summary>The file of a name; null when it is not listed.</summary>
    public PageFile? Find(string fileName) => Files.FirstOrDefault(f => f.FileName == fileName);
}
