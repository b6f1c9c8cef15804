using System.Net;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Proxying;

/// <summary>What the server answered, whole.</summary>
public sealed record ProxyResponse(
    Uri Url, HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
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
        Assert.Single(
            Json.GetProperty("files").EnumerateArray(), f => f.GetProperty("filename").GetString() == fileName);

    /// <summary>The URL of a file on a page.</summary>
    public Uri GetUrl(string fileName) => new(Url, File(fileName).GetProperty("url").GetString()!);

    /// <summary>Fails the test, with all that was said, unless it has this status.</summary>
    public ProxyResponse Must(HttpStatusCode status)
    {
        Assert.True(Status == status, this.ToString());
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Url} answered {(int)Status}, X-Cache {XCache}: {Text[..Math.Min(Text.Length, 2000)]}";
}
