using System.Text.Json.Nodes;
using EndToEnd.Clients;

namespace EndToEnd.Proxying;

/// <summary>An upstream that lists its projects with serials, as PyPI does.</summary>
public sealed class MirrorUpstream : IAsyncDisposable
{
    readonly SortedDictionary<string, ScriptedPage> _pages = new(StringComparer.Ordinal);
    long _serial = 1000;
    int _known;

    MirrorUpstream(ScriptedUpstream server) => Server = server;

    /// <summary>The server.</summary>
    public ScriptedUpstream Server { get; }

    /// <summary>All files that it lists, by name.</summary>
    public IEnumerable<ScriptedFile> Files => _pages.Values.SelectMany(p => p.Files);

    /// <summary>The paths that were asked for since the last call.</summary>
    public IReadOnlyList<string> TakeSeen()
    {
        var seen = Server.Seen.Skip(_known).Select(s => s.Path).ToList();
        _known += seen.Count;
        return seen;
    }

    /// <summary>Starts one without projects.</summary>
    public static async Task<MirrorUpstream> StartAsync() => new(await ScriptedUpstream.StartAsync());

    /// <summary>Starts one with the small files of the corpus.</summary>
    public static async Task<MirrorUpstream> StartWithCorpusAsync()
    {
        var upstream = await StartAsync();
        foreach (var project in CorpusFile.All.Where(f => f.Size < 1 << 20).GroupBy(f => f.Project))
        {
            upstream.Serve(project.Key, [.. project.Select(
                f => new ScriptedFile(f.FileName, File.ReadAllBytes(f.Path)) { CoreMetadata = f.CoreMetadataSha256 })]);
            foreach (var wheel in project.Where(f => f.CoreMetadataSha256 is not null))
                upstream.Server.AtFile(wheel.FileName + ".metadata", Replies.Status(404));
        }
        return upstream;
    }

    /// <summary>Serves a project, which gets the next serial.</summary>
    public void Serve(string project, params ScriptedFile[] files)
    {
        _pages[project] = new ScriptedPage(project, files) { Serial = ++_serial };
        Server.Serve(_pages[project]);
        ServeList();
    }

    /// <summary>Removes a project.</summary>
    public void Remove(string project)
    {
        _pages.Remove(project);
        _serial++;
        Server.AtPage(project, Replies.Status(404));
        ServeList();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();

    void ServeList()
    {
        var list = new JsonObject
        {
            ["meta"] = new JsonObject { ["api-version"] = "1.1", ["_last-serial"] = _serial },
            ["projects"] = new JsonArray([.. _pages.Values.Select(p => new JsonObject
            {
                ["name"] = p.Project,
                ["_last-serial"] = p.Serial,
            })]),
        };
        Server.At(
            "/simple/", Replies.WithETag($"\"{_serial}\"", Replies.Text(list.ToJsonString(), Replies.Json)));
    }
}
