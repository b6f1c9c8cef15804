using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Serving.Layouts;

/// <summary>The server that made a store, after a rollback: what it needs, and where its program is.</summary>
public sealed class EarlierServer(Layout layout, LayoutStore store)
{
    static readonly ImmutableHashSet<string> _tokenProperties =
        ["id", "sha256", "name", "role", "projects", "expires", "created", "user", "serviceAccount"];

    /// <summary>The program, below <c>PYREPO_OLD_PROGRAMS</c> in the folder of its commit, or null.</summary>
    public string? Program
    {
        get
        {
            var commit = store.Kind is "bucket" ? layout.BucketProgram : layout.FolderProgram;
            return Environment.GetEnvironmentVariable("PYREPO_OLD_PROGRAMS") is { Length: > 0 } programs
                && Path.Combine(programs, commit, "pyrepo") is var path && File.Exists(path) ? path : null;
        }
    }

    /// <summary>Fails if there is something in the store that it could not read, or would take for garbage.</summary>
    public async Task MustUnderstandAsync()
    {
        var keys = await store.KeysAsync();
        var features = store.Kind is "bucket" ? layout.BucketFeatures : layout.FolderFeatures;
        await MustBeFormatAsync("team", "PythonRepository", features);
        await MustBeFormatAsync("cache", "ProxyRepository", []);
        Assert.True(HasSegments(keys) || !features.Contains("sealed-records"));
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var project in keys.Where(key => key.Split('/') is [_, "projects", ..]).GroupBy(GetProject))
            named.UnionWith(await ReadNamedAsync(project));
        // It would remove what is kept of deleted files: that ends the undo, and nothing else.
        foreach (var key in keys.Where(key => key.Contains("/@", StringComparison.Ordinal)))
            Assert.True(key == PlantedGarbage.OfLaterServer || named.Contains(GetBytes(key)), key);
        if (keys.Contains("team/tokens/tokens.json"))
            await MustBeTokensAsync();
        // It skips the rest, as it always skipped what it does not know, and writes the object without that.
        foreach (var key in keys.Where(key => key.Contains("/leases/", StringComparison.Ordinal)))
        {
            Assert.Equal(
                ["generation", "members"],
                (await ReadAsync(key)).Select(property => property.Key).Except(["used", "hasRecords"]).Order());
        }
    }

    static bool HasSegments(IReadOnlyList<string> keys) => keys.Any(
        key => key.Split('/') is [_, "projects", _, _]);

    /// <summary>The bytes beside which something lies, for a server that knows what that is.</summary>
    string GetBytes(string key) => layout.HasAttestations && key.EndsWith(".provenance", StringComparison.Ordinal)
        ? key[..^".provenance".Length]
        : key;

    async Task MustBeFormatAsync(string repository, string kind, ImmutableArray<string> features)
    {
        var expected = new JsonObject { ["version"] = 1, ["kind"] = kind, ["name"] = repository };
        if (features.Length > 0)
            expected["features"] = new JsonArray([.. features.Select(feature => JsonValue.Create(feature))]);
        Assert.Equal(expected.ToJsonString(), (await ReadAsync($"{repository}/format.json")).ToJsonString());
    }

    /// <summary>The repository and the project of a record, or of a segment of one.</summary>
    static (string Repository, string Project) GetProject(string key) =>
        (key.Split('/')[0], key.Split('/')[2].Replace(".jsonl", "", StringComparison.Ordinal));

    /// <summary>
    /// Reads the record of a project with its segments. Returns the keys of the bytes that it shows, and of those that are
    /// kept of removed files.
    /// </summary>
    async Task<IEnumerable<string>> ReadNamedAsync(IGrouping<(string Repository, string Project), string> record)
    {
        var events = new List<JsonObject>();
        foreach (var key in record)
            events.AddRange(ReadEvents(await store.ReadAsync(key)));
        var visible = new Dictionary<string, string>(StringComparer.Ordinal);
        var kept = new List<string>();
        foreach (var line in events.OrderBy(line => (long)line["serial"]!))
        {
            if (line.ContainsKey("keeps-bytes"))
                kept.Add(visible[$"{line["file"]}"]);
            if ($"{line["event"]}" is "added" or "kept")
                visible[$"{line["file"]}"] = $"{record.Key.Repository}/{line["key"]}";
            else if ($"{line["event"]}" is "deleted" or "gone" or "evicted")
                visible.Remove($"{line["file"]}");
        }
        return visible.Values.Concat(kept);
    }

    List<JsonObject> ReadEvents(byte[] record)
    {
        var lines = Encoding.UTF8.GetString(record).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = lines.Select(line => JsonNode.Parse(line)!.AsObject())
            .Where(line => store.Kind is not "bucket" || !line.ContainsKey("sealed")).ToList();
        Assert.All(events, line =>
        {
            Assert.Contains(line["event"]!.ToString(), Layout.Events);
            // An earlier server skips what it does not know: the one is for mirrors only, the other for undoing.
            Assert.Empty(line.Select(property => property.Key).Except(
                [.. layout.Properties, "index-serial", "keeps-bytes"]));
        });
        return events;
    }

    async Task MustBeTokensAsync()
    {
        var document = await ReadAsync("team/tokens/tokens.json");
        Assert.Equal(["burned", "tokens"], document.Select(property => property.Key).Order());
        Assert.All(document["tokens"]!.AsArray(), token =>
            // An earlier server skips the proof, and keeps the token.
            Assert.Empty(token!.AsObject().Select(property => property.Key)
                .Except([.. _tokenProperties, "passwordProof"])));
    }

    async Task<JsonObject> ReadAsync(string key) => JsonNode.Parse(await store.ReadAsync(key))!.AsObject();
}
