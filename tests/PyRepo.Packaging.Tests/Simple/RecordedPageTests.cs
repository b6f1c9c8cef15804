using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using PyRepo.Packaging.Simple;
using PyRepo.Testing;

namespace PyRepo.Packaging.Tests.Simple;

/// <summary>Pages of real indexes.</summary>
public sealed class RecordedPageTests
{
    [AssetFact("corpus/pages")]
    public async Task No_file_of_a_recorded_JSON_page_is_lost()
    {
        foreach (var path in Pages(".json"))
        {
            var bytes = await GetBytes(path);
            using var json = JsonDocument.Parse(bytes);
            var page = await SimpleJson.ReadProjectAsync(new MemoryStream(bytes));
            var files = json.RootElement.GetProperty("files").EnumerateArray().ToArray();
            Assert.Equal(files.Select(file => file.Text("filename")), page.Files.Select(file => file.FileName));
            Assert.Equal(files.Select(file => file.Text("url")), page.Files.Select(file => file.Url));
            Assert.Equal(files.Select(GetSha256), page.Files.Select(file => file.Hashes.Sha256?.ToString()));
            Assert.Equal(files.Select(GetRequiresPython), page.Files.Select(file => file.RequiresPython));
            Assert.Equal(files.Select(GetSize), page.Files.Select(file => file.Size));
            Assert.Equal(json.RootElement.GetProperty("meta").Text("api-version"), page.ApiVersion);
        }
    }

    [AssetFact("corpus/pages")]
    public async Task No_file_of_a_recorded_HTML_page_is_lost()
    {
        foreach (var path in Pages(".html"))
        {
            var text = System.Text.Encoding.UTF8.GetString(await GetBytes(path));
            var page = await SimpleHtml.ReadProjectAsync(new MemoryStream(await GetBytes(path)));
            Assert.NotEmpty(page.Files);
            var files = page.Files;
            Assert.Equal(Count(text, "<a "), files.Count);
            Assert.Equal(Count(text, "#sha256="), files.Count(file => file.Hashes.Sha256 is not null));
            Assert.Equal(Count(text, "data-requires-python="), files.Count(file => file.RequiresPython is not null));
            Assert.Equal(Count(text, "data-core-metadata="), files.Count(file => file.CoreMetadata.IsPresent));
            Assert.Equal(Count(text, "data-yanked="), files.Count(file => file.Yanked is not null));
            Assert.Equal(Count(text, "data-upload-time="), files.Count(file => file.UploadTime is not null));
            Assert.Equal(Count(text, "data-provenance="), files.Count(file => file.Provenance is not null));
        }
    }

    [AssetFact("corpus/pages")]
    public async Task A_page_round_trips()
    {
        foreach (var path in Pages(".json").Concat(Pages(".html")))
        {
            var stream = new MemoryStream(await GetBytes(path));
            var page = path.Contains(".json", StringComparison.Ordinal)
                ? await SimpleJson.ReadProjectAsync(stream)
                : await SimpleHtml.ReadProjectAsync(stream);
            var output = new ArrayBufferWriter<byte>();
            SimpleJson.Write(output, page);
            var again = await SimpleJson.ReadProjectAsync(new MemoryStream(output.WrittenSpan.ToArray()));
            Assert.Equal(page.Files, again.Files);
            Assert.Equal(page.Versions, again.Versions);
            Assert.Equal((page.Status, page.StatusReason), (again.Status, again.StatusReason));
            Assert.Equal(page.LastSerial, again.LastSerial);
        }
    }

    [AssetFact("corpus/pages/full-iniconfig.html")]
    public async Task The_page_of_the_public_index_is_read_completely()
    {
        var page = await SimpleHtml.ReadProjectAsync(File.OpenRead(Assets.Find("corpus/pages/full-iniconfig.html")!));
        Assert.Equal("iniconfig", page.Name);
        Assert.Equal("1.4", page.ApiVersion);
        Assert.Equal(31878540, page.LastSerial);
        Assert.Equal(16, page.Files.Count);
    }

    [AssetFact("corpus/pages/excerpt-qypi-base-tag.html")]
    public async Task Links_are_resolved_against_the_base_URL_of_the_page()
    {
        var stream = File.OpenRead(Assets.Find("corpus/pages/excerpt-qypi-base-tag.html")!);
        var page = await SimpleHtml.ReadProjectAsync(stream, new Uri("https://index.example.org/simple/qypi/"));
        Assert.Equal(
            "https://files.example.org/packages/82/fc/"
            + "9e25534641d7f63be93079bc07fa92bab136ddf5d4181059a1308a346f96/qypi-0.1.0-py3-none-any.whl",
            page.Files[0].Url);
    }

    /// <summary>The pages of a kind.</summary>
    static IEnumerable<string> Pages(string kind)
    {
        var folder = Assets.Find("corpus/pages")!;
        return [.. TestFiles.In(folder, $"*{kind}"), .. TestFiles.In(folder, $"*{kind}.xz")];
    }

    static async Task<byte[]> GetBytes(string path)
    {
        if (!path.EndsWith(".xz", StringComparison.Ordinal))
            return await File.ReadAllBytesAsync(path);
        using var xz = Process.Start(new ProcessStartInfo("xz", ["-dc", path]) { RedirectStandardOutput = true })!;
        var output = new MemoryStream();
        await xz.StandardOutput.BaseStream.CopyToAsync(output);
        await xz.WaitForExitAsync();
        return output.ToArray();
    }

    static int Count(string text, string part) => text.Split(part).Length - 1;

    static string? GetRequiresPython(JsonElement file) => file.TextOrNull("requires-python");

    static string? GetSha256(JsonElement file) => file.GetProperty("hashes").TextOrNull("sha256");

    static long? GetSize(JsonElement file) => file.TryGetProperty("size", out var size) ? size.GetInt64() : null;
}
