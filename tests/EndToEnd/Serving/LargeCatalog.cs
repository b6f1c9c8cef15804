using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>A server with a repository of 10,000 projects.</summary>
public sealed class LargeCatalog : IAsyncLifetime
{
    const int Projects = 10_000;
    static readonly string[] _words =
        ["fast", "small", "json", "yaml", "cloud", "graph", "table", "queue", "crypto", "web"];
    PyRepoServer? _server;

    PyRepoServer Server => _server!;

    /// <summary>What the server has taken of the CPU.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(Server.ProcessId);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>A page's content.</summary>
    public Task<string> GetAsync(string path) => Server.Http.GetStringAsync(GetUrl(path));

    /// <summary>What is answered for a page.</summary>
    public Task<HttpResponseMessage> AnswerAsync(string path) => Server.Http.GetAsync(GetUrl(path));

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _server = await PyRepoServer.LaunchOnAsync(Manifest.Create("team"), PutRecords);
        await Eventually.IsAsync("all records are read", async () =>
        {
            using var answer = await AnswerAsync("search/?q=9999");
            return (await answer.Content.ReadAsStringAsync()).Contains("<mark>9999</mark>", StringComparison.Ordinal);
        });
        // The last record that is read is not the last by name.
        await Eventually.IsAsync(
            "all are listed",
            async () => (await GetAsync("search/?q=summary")).Contains("10,000 projects", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();

    Uri GetUrl(string path) => new(Server.GetUrl("team"), path);

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
