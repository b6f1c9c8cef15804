using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EndToEnd.Serving.Layouts;

/// <summary>What a server served from a store, and what another one must serve from it.</summary>
public sealed record ServedContent
{
    [JsonPropertyName("files")]
    public required ImmutableArray<ServedFile> Files { get; init; }

    /// <summary>The names of deleted files of the project <c>demo</c>.</summary>
    [JsonPropertyName("gone")]
    public required ImmutableArray<string> Gone { get; init; }

    /// <summary>The status of each project that has one.</summary>
    [JsonPropertyName("statuses")]
    public required ImmutableDictionary<string, string> Statuses { get; init; }

    [JsonPropertyName("tokens")]
    public required ImmutableArray<ServedToken> Tokens { get; init; }

    /// <summary>The attestations of each file that has some.</summary>
    [JsonPropertyName("provenance")]
    public required ImmutableDictionary<string, JsonObject> Provenance { get; init; }

    /// <summary>Reads what the server of a layout served.</summary>
    public static ServedContent Read(Layout layout, string kind) => JsonSerializer.Deserialize<ServedContent>(
        File.ReadAllText(Path.Combine(Layout.Stores, $"{layout.Name}-{kind}.json")))!;

    /// <summary>The same with another file in place of that of its name, or in addition.</summary>
    public ServedContent With(ServedFile file) => this with
    {
        Files = [.. Files.Where(f => f.FileName != file.FileName), file],
    };

    /// <summary>The same after a file was deleted.</summary>
    public ServedContent Without(string fileName) => this with
    {
        Files = Files.RemoveAll(f => f.FileName == fileName),
        Gone = Gone.Add(fileName),
    };

    /// <summary>Fails if a server does not serve exactly this.</summary>
    public async Task MustBeServedAsync(PyRepoServer server)
    {
        foreach (var project in Files.GroupBy(f => (f.Repository, f.Project)))
        {
            var page = await ReadPageAsync(server, project.Key.Repository, project.Key.Project);
            Assert.Equal(project.Select(f => f.FileName).Order(), page.Files.Select(f => f.FileName).Order());
            foreach (var file in project)
            {
                file.MustBe(page.Find(file.FileName));
                if (file.IsFetched)
                    Assert.Equal(file.Sha256, await HashAsync(server, page.Find(file.FileName)!.Url));
            }
        }
        foreach (var (project, status) in Statuses)
        {
            var page = await ReadTextAsync(server, $"team/simple/{project}/");
            Assert.Equal(status, $"{JsonNode.Parse(page)!["project-status"]?["status"]}");
        }
        foreach (var (file, provenance) in Provenance)
        {
            var served = await ReadProvenanceAsync(server, file);
            Assert.True(JsonNode.DeepEquals(provenance, served), $"{served}");
        }
    }

    /// <summary>Reads the attestations of a wheel.</summary>
    public static async Task<JsonObject> ReadProvenanceAsync(PyRepoServer server, string file)
    {
        var (project, version) = (file.Split('-')[0], file.Split('-')[1]);
        var served = await ReadTextAsync(server, $"team/integrity/{project}/{version}/{file}/provenance");
        return JsonNode.Parse(served)!.AsObject();
    }

    /// <summary>Files that were put there by hand are unavailable until they are adopted.</summary>
    static async Task<ProjectPage> ReadPageAsync(PyRepoServer server, string repository, string project)
    {
        ProjectPage? page = null;
        await Eventually.IsAsync($"the page of {project} in {repository}", async () =>
        {
            try
            {
                page = await ProjectPage.ReadAsync(server, repository, project);
                return true;
            }
            catch (HttpRequestException error) when (error.StatusCode is HttpStatusCode.ServiceUnavailable)
            {
                return false;
            }
        }, server.LogText);
        Assert.True(page is not null, $"There is no project {project} in {repository}.");
        return page;
    }

    static async Task<string> HashAsync(PyRepoServer server, Uri url)
    {
        using var answer = await server.Http.GetAsync(url);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{url}: {answer.StatusCode}");
        return Convert.ToHexStringLower(SHA256.HashData(await answer.Content.ReadAsByteArrayAsync()));
    }

    static async Task<string> ReadTextAsync(PyRepoServer server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/vnd.pypi.simple.v1+json"));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("*/*;q=0.1"));
        using var answer = await server.Http.SendAsync(request);
        Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
        return await answer.Content.ReadAsStringAsync();
    }
}
