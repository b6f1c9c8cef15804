using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Tests.Proxies.Upstream;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>An index whose files it sends, in ranges if it is told so.</summary>
sealed class GuardedIndex : IAsyncDisposable
{
    readonly ScriptedIndex _index;
    readonly Dictionary<string, byte[]> _bytes = new(StringComparer.Ordinal);
    readonly Dictionary<string, JsonArray> _pages = new(StringComparer.Ordinal);

    GuardedIndex(ScriptedIndex index)
    {
        _index = index;
        index.Answer = AnswerAsync;
    }

    /// <summary>How a client reaches it.</summary>
    public UpstreamSettings Settings => _index.Settings;

    /// <summary>Whether it answers ranges.</summary>
    public bool HasRanges { get; set; } = true;

    /// <summary>What happens before a file or a range of it is answered.</summary>
    public Func<HttpContext, Task> File { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether the page of a project cannot be read now.</summary>
    public Func<string, bool> Fails { get; set; } = _ => false;

    /// <summary>The ranges that were asked for, each with the name of the file.</summary>
    public ConcurrentQueue<(string File, string Range)> Ranges { get; } = [];

    /// <summary>The files that were sent as a whole.</summary>
    public ConcurrentQueue<string> Whole { get; } = [];

    /// <summary>The projects whose pages were asked for.</summary>
    public ConcurrentQueue<string> Pages { get; } = [];

    public static async Task<GuardedIndex> StartAsync() => new(await ScriptedIndex.StartAsync());

    /// <summary>Adds a wheel to a project's page, in place of the one with its name.</summary>
    /// <param name="project">The project.</param>
    /// <param name="version">The version.</param>
    /// <param name="uploaded">When it was uploaded.</param>
    /// <param name="members">What it has beside its own package: their names, each with its content.</param>
    public string AddWheel(
        string project, string version, DateTimeOffset uploaded, params (string Name, string Content)[] members)
    {
        var file = $"{project.Replace('-', '_')}-{version}-py3-none-any.whl";
        Add(project, file, uploaded, MakeWheel(project, version, members));
        return file;
    }

    /// <summary>Takes the hashes of all files from a project's page.</summary>
    public void RemoveHashes(string project)
    {
        lock (_pages)
        {
            foreach (var file in _pages[project])
                file!["hashes"] = new JsonObject();
        }
    }

    /// <summary>Adds a file to a project's page, in place of the one with its name.</summary>
    public void Add(string project, string file, DateTimeOffset uploaded, byte[] bytes)
    {
        lock (_pages)
        {
            _bytes[file] = bytes;
            if (!_pages.TryGetValue(project, out var page))
                _pages[project] = page = [];
            if (page.FirstOrDefault(each => (string)each!["filename"]! == file) is { } former)
                page.Remove(former);
            page.Add(new JsonObject
            {
                ["filename"] = file,
                ["url"] = $"/files/{file}",
                ["size"] = bytes.Length,
                ["hashes"] = new JsonObject { ["sha256"] = Sha256Digest.HashData(bytes).ToString() },
                ["upload-time"] = uploaded.UtcDateTime.ToString(
                    "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            });
        }
    }

    /// <summary>Removes a project.</summary>
    public void Remove(string project)
    {
        lock (_pages)
            _pages.Remove(project);
    }

    /// <summary>Makes a wheel whose RECORD lists all that is in it.</summary>
    public static byte[] MakeWheel(string project, string version, params (string Name, string Content)[] members)
    {
        var (name, info) = (project.Replace('-', '_'), $"{project.Replace('-', '_')}-{version}.dist-info");
        (string Name, string Content)[] all =
        [
            ($"{name}/__init__.py", ""), .. members,
            .. members.Any(member => member.Name == "METADATA") ? [] : new[]
            {
                ("METADATA", $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"),
            },
            ("WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        ];
        all = [.. all.Select(member => IsOfInfo(member.Name) ? ($"{info}/{member.Name}", member.Content) : member)];
        var record = string.Concat(all.Select(member => $"{member.Name},,\n")) + $"{info}/RECORD,,\n";
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (member, content) in all.Append(($"{info}/RECORD", record)))
            {
                using var stream = zip.CreateEntry(member, CompressionLevel.NoCompression).Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }
        return bytes.ToArray();
    }

    public ValueTask DisposeAsync() => _index.DisposeAsync();

    static bool IsOfInfo(string member) => member is "METADATA" or "WHEEL" or "entry_points.txt";

    async Task AnswerAsync(HttpContext context)
    {
        var name = context.Request.Path.Value!.TrimEnd('/').Split('/')[^1];
        byte[]? bytes;
        string? page;
        lock (_pages)
        {
            bytes = _bytes.GetValueOrDefault(name);
            page = _pages.GetValueOrDefault(name)?.ToJsonString();
        }
        if (bytes is not null)
        {
            await AnswerAsync(context, name, bytes);
            return;
        }
        if (Fails(name))
        {
            await ScriptedIndex.Status(context, 500);
            return;
        }
        if (page is null)
        {
            await ScriptedIndex.WithList(other => ScriptedIndex.Status(other, 404))(context);
            return;
        }
        Pages.Enqueue(name);
        context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        await context.Response.WriteAsync(
            $$"""{ "meta": { "api-version": "1.3" }, "name": "{{name}}", "files": {{page}} }""");
    }

    async Task AnswerAsync(HttpContext context, string name, byte[] bytes)
    {
        if (context.Request.Headers.Range is [{ } range])
            Ranges.Enqueue((name, range));
        else
            Whole.Enqueue(name);
        await File(context);
        if (context.Response.StatusCode is 200)
            await TypedResults.Bytes(bytes, enableRangeProcessing: HasRanges).ExecuteAsync(context);
    }
}
