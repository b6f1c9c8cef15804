using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>Every distribution of the corpus comes into the index, and the index says of it what is true.</summary>
[Collection(nameof(CorpusServer))]
public sealed partial class CorpusTests(CorpusServer corpus, ITestOutputHelper output) : IDisposable
{
    /// <summary>What an upload refuses though adoption takes it, and what the refusal says.</summary>
    static readonly Dictionary<string, string> _refusedUploads = new(StringComparer.Ordinal)
    {
        ["pytz-2004d.tar.gz"] = "'2004d' is not a version that PEP 440 allows",
        ["pytz-2005k.tar.bz2"] = "Build a .tar.gz.",
        ["pytz-2005k.zip"] = "'2005k' is not a version that PEP 440 allows",
        ["setuptools-0.6c10-1.src.rpm"] = "'0.6c10-1.src' is not a version that PEP 440 allows",
    };

    public void Dispose() => corpus.Server?.ShowLog(output);

    [ClientFact]
    public void Every_file_that_is_copied_into_the_folder_is_adopted()
    {
        Assert.Equal(142, CorpusFile.All.Count);
        Assert.Empty(corpus.NotAdopted);
    }

    [ClientFact]
    public void Every_file_is_uploaded_but_those_in_an_old_format_or_with_versions_that_PEP_440_does_not_allow()
    {
        var unexpected = corpus.RefusedUploads.Where(r => !_refusedUploads.TryGetValue(r.Key, out var why)
            || !r.Value.Contains(why, StringComparison.Ordinal));
        Assert.Empty(unexpected);
        Assert.Empty(_refusedUploads.Keys.Except(corpus.RefusedUploads.Keys));
    }

    [ClientTheory]
    [InlineData(CorpusServer.Adopted)]
    [InlineData(CorpusServer.Uploaded)]
    public async Task Each_page_says_what_the_files_say(string repository)
    {
        var differences = new List<string>();
        foreach (var project in corpus.FilesIn(repository).GroupBy(f => f.Project))
        {
            var page = await PageOfAsync(repository, project.Key);
            Assert.Equal(project.Key, page.Name);
            Assert.Equal(
                project.Select(f => f.FileName).Order(StringComparer.Ordinal),
                page.Files.Select(f => f.FileName).Order(StringComparer.Ordinal));
            foreach (var file in project)
                differences.AddRange(Differences(file, FileIn(page, file)));
        }
        Assert.Empty(differences);
    }

    [ClientFact]
    public async Task The_HTML_page_links_each_file_with_its_hash_and_its_attributes()
    {
        var differences = new List<string>();
        foreach (var project in CorpusFile.All.GroupBy(f => f.Project))
        {
            var url = new Uri(corpus.Server!.IndexOf(CorpusServer.Adopted), $"{project.Key}/");
            var links = Link().Matches(await corpus.Http.GetStringAsync(url)).ToDictionary(
                l => l.Groups[2].Value, l => l.Groups[1].Value);
            foreach (var file in project)
            {
                var link = links.GetValueOrDefault(file.FileName, "");
                string?[] expected =
                [
                    $"#sha256={file.Sha256}\"",
                    file.MetadataRequiresPython is { } python
                        ? $"data-requires-python=\"{WebUtility.HtmlEncode(python)}\"" : null,
                    file.CoreMetadataSha256 is { } metadata ? $"data-core-metadata=\"sha256={metadata}\"" : null,
                    file.CoreMetadataSha256 is { } legacy ? $"data-dist-info-metadata=\"sha256={legacy}\"" : null,
                ];
                differences.AddRange(expected.OfType<string>().Where(e => !link.Contains(e, StringComparison.Ordinal))
                    .Select(e => $"{file.FileName}: {e} is not in {link}"));
            }
        }
        Assert.Empty(differences);
    }

    [ClientTheory]
    [InlineData(CorpusServer.Adopted)]
    [InlineData(CorpusServer.Uploaded)]
    public async Task Each_file_and_its_metadata_are_served_unchanged(string repository)
    {
        var differences = new List<string>();
        foreach (var project in corpus.FilesIn(repository).GroupBy(f => f.Project))
        {
            var page = await PageOfAsync(repository, project.Key);
            foreach (var file in project)
            {
                var url = FileIn(page, file).Url;
                if (Sha256(await corpus.Http.GetByteArrayAsync(url)) != file.Sha256)
                    differences.Add($"{file.FileName}: other bytes");
                using var metadata = await corpus.Http.GetAsync(new Uri(url + ".metadata"));
                if (await WhatIsWrongAsync(metadata, file) is { } wrong)
                    differences.Add($"{file.FileName}.metadata: {wrong}");
            }
        }
        Assert.Empty(differences);
    }

    [ClientFact]
    public async Task The_JSON_API_describes_the_newest_release_and_lists_them_all()
    {
        var url = new Uri(corpus.Server!.GetUrl(CorpusServer.Uploaded), "pypi/requests/json");
        using var answer = await corpus.Http.GetAsync(url);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        var info = document.RootElement.GetProperty("info");
        Assert.Equal("requests", info.GetProperty("name").GetString());
        Assert.Equal("2.34.2", info.GetProperty("version").GetString());
        Assert.Equal("Python HTTP for Humans.", info.GetProperty("summary").GetString());
        Assert.Equal(">=3.10", info.GetProperty("requires_python").GetString());
        Assert.Contains(
            "certifi>=2023.5.7", info.GetProperty("requires_dist").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal(
            ["0.2.0", "2.23.0", "2.32.0", "2.34.2"],
            document.RootElement.GetProperty("releases").EnumerateObject().Select(r => r.Name).Order(
                StringComparer.Ordinal));
        var wheel = document.RootElement.GetProperty("urls").EnumerateArray()
            .Single(f => f.GetProperty("packagetype").GetString() == "bdist_wheel");
        var expected = CorpusFile.All.Single(f => f.FileName == "requests-2.34.2-py3-none-any.whl");
        Assert.Equal(expected.Sha256, wheel.GetProperty("digests").GetProperty("sha256").GetString());
        Assert.Equal(
            expected.Sha256, Sha256(await corpus.Http.GetByteArrayAsync(wheel.GetProperty("url").GetString())));
    }

    [ClientTheory]
    [InlineData(CorpusServer.Adopted)]
    [InlineData(CorpusServer.Uploaded)]
    public async Task The_JSON_API_lists_every_file_of_every_project(string repository)
    {
        foreach (var project in corpus.FilesIn(repository).GroupBy(f => f.Project))
        {
            var url = new Uri(corpus.Server!.GetUrl(repository), $"pypi/{project.Key}/json");
            using var document = JsonDocument.Parse(await corpus.Http.GetStreamAsync(url));
            var listed = document.RootElement.GetProperty("releases").EnumerateObject()
                .SelectMany(r => r.Value.EnumerateArray())
                .Select(f => $"{f.GetProperty("filename")} {f.GetProperty("digests").GetProperty("sha256")}");
            Assert.Equal(
                project.Select(f => $"{f.FileName} {f.Sha256}").Order(StringComparer.Ordinal),
                listed.Order(StringComparer.Ordinal));
        }
    }

    [ClientFact]
    public async Task After_a_kill_and_a_restart_every_page_is_unchanged()
    {
        var before =
            (Adopted: await PagesAsync(CorpusServer.Adopted), Uploaded: await PagesAsync(CorpusServer.Uploaded));
        await corpus.Server!.KillAsync();
        await corpus.Server.StartAgainAsync();
        // A file that is put there now is adopted after the whole folder was looked at.
        var marker = TestWheel.Create("zz-marker", "1.0");
        await File.WriteAllBytesAsync(Path.Combine(corpus.FolderOfAdopted, marker.FileName), marker.Bytes);
        await Eventually.IsAsync(
            "the marker is adopted", () => corpus.Server.ServesAsync(CorpusServer.Adopted, marker));
        AssertSame(before.Adopted, await PagesAsync(CorpusServer.Adopted));
        AssertSame(before.Uploaded, await PagesAsync(CorpusServer.Uploaded));
    }

    static void AssertSame(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        Assert.Empty(before.Except(after));
        Assert.Equal(before, after);
    }

    /// <summary>All projects' pages, line by line, so that a difference is easy to see.</summary>
    async Task<string[]> PagesAsync(string repository)
    {
        var pages = new List<string>();
        foreach (var project in corpus.FilesIn(repository).Select(f => f.Project).Distinct())
            pages.Add(await corpus.Http.GetStringAsync(new Uri(corpus.Server!.IndexOf(repository), $"{project}/")));
        return string.Concat(pages).Split('\n');
    }

    async Task<ProjectPage> PageOfAsync(string repository, string project)
    {
        var page = await ProjectPage.ReadAsync(corpus.Server!, repository, project);
        Assert.NotNull(page);
        return page;
    }

    static PageFile FileIn(ProjectPage page, CorpusFile file) =>
        Assert.Single(page.Files, f => f.FileName == file.FileName);

    static IEnumerable<string> Differences(CorpusFile file, PageFile listed)
    {
        if (listed.Hashes.GetValueOrDefault("sha256") != file.Sha256)
            yield return $"{file.FileName}: sha256 {listed.Hashes.GetValueOrDefault("sha256")}";
        if (listed.Size != file.Size)
            yield return $"{file.FileName}: size {listed.Size}";
        if (listed.RequiresPython != file.MetadataRequiresPython)
        {
            yield return $"{file.FileName}: requires-python '{listed.RequiresPython}', "
                + $"not '{file.MetadataRequiresPython}'";
        }
        if (listed.CoreMetadata?.GetValueOrDefault("sha256") != file.CoreMetadataSha256)
            yield return $"{file.FileName}: core-metadata {listed.CoreMetadata?.GetValueOrDefault("sha256")}";
    }

    static async Task<string?> WhatIsWrongAsync(HttpResponseMessage metadata, CorpusFile file)
    {
        if (file.CoreMetadataSha256 is null)
            return metadata.StatusCode == HttpStatusCode.NotFound ? null : $"status {(int)metadata.StatusCode}";
        var bytes = await metadata.Content.ReadAsByteArrayAsync();
        if (metadata.StatusCode != HttpStatusCode.OK)
            return $"status {(int)metadata.StatusCode}: {Encoding.UTF8.GetString(bytes)}";
        if (bytes.Length != file.CoreMetadataSize)
            return $"{bytes.Length} bytes";
        return Sha256(bytes) == file.CoreMetadataSha256 ? null : "other bytes";
    }

    [GeneratedRegex("<a ([^>]+)>([^<]+)</a>", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
