using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Proxying;

/// <summary>What the server answered, whole.</summary>
public sealed record ProxyAnswer(Uri Url, HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    /// <summary>A header; null: it is not there.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>What a cache had to do with it.</summary>
    public string? XCache => this["X-Cache"];

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    /// <summary>The names of the files on a page.</summary>
    public IReadOnlyList<string> FileNames =>
        [.. Json.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("filename").GetString()!)];

    /// <summary>A file on a page; fails the test when it is not there.</summary>
    public JsonElement File(string fileName) =>
        Assert.Single(Json.GetProperty("files").EnumerateArray(), f => f.GetProperty("filename").GetString() == fileName);

    /// <summary>The URL of a file on a page.</summary>
    public Uri UrlOf(string fileName) => new(Url, File(fileName).GetProperty("url").GetString()!);

    /// <summary>Fails the test, with all that was said, unless it has this status.</summary>
    public ProxyAnswer Must(HttpStatusCode status)
    {
        Assert.True(Status == status, this.ToString());
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Url} answered {(int)Status}, X-Cache {XCache}: {Text[..Math.Min(Text.Length, 2000)]}";
}

/// <summary>Asks a server as clients do.</summary>
public static class Asking
{
    /// <summary>Asks for a project's page in JSON.</summary>
    public static Task<ProxyAnswer> PageAsync(
        this PyRepoServer server, string repository, string project, AuthenticationHeaderValue? caller = null) =>
        server.AskAsync(new Uri(server.IndexOf(repository), $"{project}/"), caller, Replies.Json);

    /// <summary>Asks for a file that is on a project's page.</summary>
    public static async Task<ProxyAnswer> FileAsync(
        this PyRepoServer server, string repository, string project, string fileName, AuthenticationHeaderValue? caller = null)
    {
        var page = (await server.PageAsync(repository, project, caller)).Must(HttpStatusCode.OK);
        return await server.AskAsync(page.UrlOf(fileName), caller);
    }

    /// <summary>Asks for anything.</summary>
    public static async Task<ProxyAnswer> AskAsync(
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
        return new ProxyAnswer(url, answer.StatusCode, headers, bytes);
    }

    /// <summary>Uploads a wheel, as the repository's publisher.</summary>
    public static async Task UploadAsync(this PyRepoServer server, string repository, MadeWheel wheel)
    {
        using var answer = await TwineForm.SendAsync(server, repository, TwineForm.Of(wheel));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
