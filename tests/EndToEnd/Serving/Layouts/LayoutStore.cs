using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace EndToEnd.Serving.Layouts;

/// <summary>Where the repositories of a layout lie: <c>team</c> and its proxy <c>cache</c>.</summary>
public abstract partial class LayoutStore
{
    /// <summary><c>folder</c> or <c>bucket</c>, as in the names of the files.</summary>
    public abstract string Kind { get; }

    /// <summary>What a repository's spec says about it, in YAML's flow style, with a comma at the end.</summary>
    protected abstract string GetSpec(string repository);

    /// <summary>The Secrets that the specs refer to, each with a line <c>---</c> at its end.</summary>
    protected abstract string Secrets { get; }

    /// <summary>
    /// The manifest of both repositories. Nobody listens at the proxy's upstream, whose pages were read on the day that
    /// the layout was made: they are served for as long as there are these tests.
    /// </summary>
    public string Manifest => $$"""
        {{Secrets}}
        {{Serving.Manifest.User("users", "publisher", "correct-horse")}}
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec: { {{GetSpec("team")}} uploads: { overwrite: Always }, access: { usersSecretRef: { name: users } } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: cache }
        spec: { {{GetSpec("cache")}} upstream: { url: "http://127.0.0.1:1/simple/" }, cache: { staleIfError: 36500d } }
        """;

    /// <summary>All keys, which start with the name of a repository.</summary>
    public abstract Task<IReadOnlyList<string>> KeysAsync();

    /// <summary>Reads a file.</summary>
    public abstract Task<byte[]> ReadAsync(string key);

    /// <summary>Writes a file.</summary>
    public abstract Task PutAsync(string key, byte[] bytes, DateTimeOffset time);

    /// <summary>Puts there what an earlier server left, with tokens that are still valid: those lasted for a year.</summary>
    public async Task FillAsync(Layout layout)
    {
        await using var file = File.OpenRead(Path.Combine(Layout.Stores, $"{layout.Name}-{Kind}.tar.gz"));
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await using var archive = new TarReader(unzipped);
        while (await archive.GetNextEntryAsync(copyData: true) is { } entry)
        {
            using var bytes = new MemoryStream();
            if (entry.DataStream is not null)
                await entry.DataStream.CopyToAsync(bytes);
            var content = bytes.ToArray();
            if (entry.Name.EndsWith("/tokens/tokens.json", StringComparison.Ordinal))
                content = Encoding.UTF8.GetBytes(Expiry.Replace(Encoding.UTF8.GetString(content), ValidFor300Days()));
            await PutAsync(entry.Name, content, entry.ModificationTime);
        }
    }

    static string ValidFor300Days() => $"\"expires\":\"{DateTimeOffset.UtcNow.AddDays(300):O}\"";

    [GeneratedRegex("\"expires\":\"[^\"]+\"")]
    static partial Regex Expiry { get; }
}
