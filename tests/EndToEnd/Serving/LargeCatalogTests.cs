using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>A repository with 10,000 projects in a browser: each page takes at most 50 ms on the server.</summary>
public sealed class LargeCatalogTests(ITestOutputHelper output) : IAsyncLifetime
{
    const int Projects = 10_000, Samples = 21;
    static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(50);
    static readonly string[] _words =
        ["fast", "small", "json", "yaml", "cloud", "graph", "table", "queue", "crypto", "web"];
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.LaunchOnAsync(Manifest.Of("team"), PutRecords);
        await Eventually.IsAsync("all records are read", async () =>
        {
            using var answer = await Server.Http.GetAsync(new Uri(Server.UrlOf("team"), "search/?q=9999"));
            return (await answer.Content.ReadAsStringAsync()).Contains("of number 9999", StringComparison.Ordinal);
        });
        // The last record that is read is not the last by name.
        await Eventually.IsAsync(
            "all are listed",
            async () => (await GetAsync("search/?q=summary")).Contains("10,000 projects", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    [Theory]
    [InlineData("", "10,000")]
    [InlineData("project/", "Page 1 of 100")]
    [InlineData("project/?page=57", "Page 57 of 100")]
    [InlineData("search/?q=json", "Search for json")]
    [InlineData("search/?q=number+77", "Summary of number 77")]
    [InlineData("search/?q=nothing-like-it", "0 projects")]
    public async Task A_page_takes_at_most_50_milliseconds(string path, string content)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Samples; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Contains(content, await GetAsync(path), StringComparison.Ordinal);
            times.Add(Stopwatch.GetElapsedTime(began));
        }
        times.Sort();
        output.WriteLine($"{path}: median {times[Samples / 2].TotalMilliseconds:0.0} ms");
        Assert.InRange(times[Samples / 2], TimeSpan.Zero, _limit);
    }

    [Fact]
    public async Task A_page_of_projects_that_is_not_there_is_not_found()
    {
        foreach (var page in (string[])["0", "101", "-1", "1.5", "99999999999", "x"])
        {
            using var answer = await Server.Http.GetAsync(new Uri(Server.UrlOf("team"), $"project/?page={page}"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    Task<string> GetAsync(string path) => Server.Http.GetStringAsync(new Uri(Server.UrlOf("team"), path));

    /// <summary>Writes the records that 10,000 uploads would leave. Nobody downloads the files.</summary>
    static void PutRecords(string data)
    {
        var folder = Directory.CreateDirectory(Path.Combine(data, "team", "projects")).FullName;
        for (var i = 0; i < Projects; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{_words[i % 10]}-project-{i}");
            var file = $"{name.Replace('-', '_')}-1.0-py3-none-any.whl";
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)));
            var summary = $"Summary of number {i}, which is about {_words[i / 1000]}";
            File.WriteAllText(
                Path.Combine(folder, $"{name}.jsonl"),
                $$"""
                {"event":"added","serial":1,"at":"2026-01-02T03:04:05+00:00","by":"alice","file":"{{file}}",
                """
                + $$"""
                "key":"packages/{{name}}/@{{new string('0', 26)}}/{{file}}","size":1000,"sha256":"{{sha256}}",
                """
                + $$"""
                "name":"{{name}}","summary":"{{summary}}"}
                """
                + "\n");
        }
    }
}
