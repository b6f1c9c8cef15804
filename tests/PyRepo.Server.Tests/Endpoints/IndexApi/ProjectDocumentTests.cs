using System.Text;
using System.Text.Json;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Endpoints.Rendering;
using static PyRepo.Server.Tests.Content.Records.Events;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

public sealed class ProjectDocumentTests
{
    const string Base = "https://pypi.example.com/team-a/";

    [Theory]
    [InlineData("1.9 1.10 1.2", "1.10")]
    [InlineData("1.0 2.0rc1 1.5", "1.5")]
    [InlineData("2.0rc1 2.0.dev1 2.0a1", "2.0rc1")]
    [InlineData("1.0 2.0! 1.5", "1.5")]
    [InlineData("1.0! 2.0!", "2.0")]
    [InlineData("1.0! 2.0rc1", "2.0rc1")]
    [InlineData("2004d 0.1", "0.1")]
    [InlineData("2004d 0.1rc1", "0.1rc1")]
    [InlineData("1.0 1.0.post1", "1.0.post1")]
    [InlineData("1.0 1!0.1", "1!0.1")]
    public void The_latest_release_is_the_one_that_users_want(string versions, string latest)
    {
        // A version that ends with an exclamation mark is yanked.
        var releases = versions.Split(' ').Select(v => GetRelease(v.TrimEnd('!'), isYanked: v.EndsWith('!'))).ToList();
        Assert.Equal(latest, Release.GetLatest(releases)!.Version);
        releases.Reverse();
        Assert.Equal(latest, Release.GetLatest(releases)!.Version);
    }

    [Fact]
    public void Without_a_release_there_is_no_latest() => Assert.Null(Release.GetLatest([]));

    [Theory]
    [InlineData("1.0", true)]
    [InlineData("1", true)]
    [InlineData("v1.0.0", true)]
    [InlineData("1.0.1", false)]
    [InlineData("nonsense", false)]
    public void A_release_is_found_by_every_spelling_of_its_version(string version, bool expected) =>
        Assert.Equal(expected, GetRelease("1.0", isYanked: false).Is(version));

    [Fact]
    public void Links_begin_with_what_the_client_asked_for_and_are_encoded()
    {
        var document = Write(GetHistory(Added("foo-1.0+l.1.tar.gz")), MetadataReading.None);
        Assert.Equal(Base + "simple/foo/", document.GetProperty("info").GetProperty("package_url").GetString());
        Assert.Equal(
            $"{Base}packages/foo/{GetHash("content").Prefix16}/foo-1.0%2Bl.1.tar.gz",
            document.GetProperty("urls")[0].GetProperty("url").GetString());
    }

    [Fact]
    public void A_file_has_the_keys_that_PyPI_sends()
    {
        var history = GetHistory(
            Added("foo-1.0-py3-none-any.whl") with
            {
                Md5 = "ab",
                RequiresPython = ">=3.8",
                Uploaded = Start.AddTicks(12345678),
            },
            From(ProjectEventKind.Yanked, "foo-1.0-py3-none-any.whl", "oops"));
        var file = Write(history, MetadataReading.None).GetProperty("urls")[0];
        Assert.Equal("foo-1.0-py3-none-any.whl", file.GetProperty("filename").GetString());
        Assert.Equal("bdist_wheel", file.GetProperty("packagetype").GetString());
        Assert.Equal("py3", file.GetProperty("python_version").GetString());
        Assert.Equal(">=3.8", file.GetProperty("requires_python").GetString());
        Assert.Equal(7, file.GetProperty("size").GetInt64());
        Assert.Equal("2026-01-01T00:00:01", file.GetProperty("upload_time").GetString());
        Assert.Equal("2026-01-01T00:00:01.234567Z", file.GetProperty("upload_time_iso_8601").GetString());
        Assert.True(file.GetProperty("yanked").GetBoolean());
        Assert.Equal("oops", file.GetProperty("yanked_reason").GetString());
        var digests = file.GetProperty("digests");
        Assert.Equal("ab", digests.GetProperty("md5").GetString());
        Assert.Equal(GetHash("content").ToString(), digests.GetProperty("sha256").GetString());
        Assert.Equal(JsonValueKind.Null, digests.GetProperty("blake2b_256").ValueKind);
    }

    [Fact]
    public void The_metadata_of_the_release_is_in_info()
    {
        var metadata = CoreMetadata.Parse("""
            Metadata-Version: 2.1
            Name: Foo
            Version: 1.0
            Summary: A thing
            Requires-Dist: bar
            Project-URL: Home, https://x
            Project-URL: Home, https://y

            """u8);
        var info = Write(GetHistory(Added("foo-1.0.tar.gz")), metadata).GetProperty("info");
        Assert.Equal("Foo", info.GetProperty("name").GetString());
        Assert.Equal("1.0", info.GetProperty("version").GetString());
        Assert.Equal("A thing", info.GetProperty("summary").GetString());
        Assert.Equal("bar", info.GetProperty("requires_dist")[0].GetString());
        Assert.Equal("https://x", info.GetProperty("project_urls").GetProperty("Home").GetString());
        Assert.False(info.GetProperty("yanked").GetBoolean());
    }

    [Fact]
    public void A_release_without_metadata_has_its_projects_name()
    {
        var document = Write(GetHistory(Added("foo-1.0.tar.gz")), MetadataReading.None);
        var info = document.GetProperty("info");
        Assert.Equal("foo", info.GetProperty("name").GetString());
        Assert.Equal("", info.GetProperty("summary").GetString());
        Assert.Equal(IndexSerials.FromTime(Start), document.GetProperty("last_serial").GetInt64());
        Assert.Equal(JsonValueKind.Null, info.GetProperty("requires_dist").ValueKind);
        Assert.Equal(JsonValueKind.Array, document.GetProperty("vulnerabilities").ValueKind);
    }

    static Release GetRelease(string version, bool isYanked)
    {
        var name = $"foo-{version}.tar.gz";
        var history = GetHistory(Added(name));
        if (isYanked)
            history.Apply(From(ProjectEventKind.Yanked, name));
        return new Release(version, PythonVersion.ParseOrNull(version), [.. history.Visible]);
    }

    [Fact]
    public void What_is_not_known_of_a_release_is_null_and_not_empty()
    {
        var info = Write(GetHistory(Added("foo-1.0.tar.gz")), MetadataReading.NotKnown("It came late."))
            .GetProperty("info");
        Assert.Equal("foo", info.GetProperty("name").GetString());
        Assert.All(
            ["summary", "author", "license", "description", "home_page", "keywords", "classifiers", "requires_dist"],
            name => Assert.Equal(JsonValueKind.Null, info.GetProperty(name).ValueKind));
    }

    [Fact]
    public void A_field_that_is_too_long_is_null_and_the_others_are_there()
    {
        var metadata = CoreMetadata.Parse(Encoding.UTF8.GetBytes(
            $"Name: foo\nSummary: A thing\nLicense: {new string('x', 300_000)}\n\n{new string('d', 300_000)}"));
        var info = Write(GetHistory(Added("foo-1.0.tar.gz")), MetadataReading.Known(metadata)).GetProperty("info");
        Assert.Equal("A thing", info.GetProperty("summary").GetString());
        Assert.Equal(JsonValueKind.Null, info.GetProperty("license").ValueKind);
        Assert.EndsWith(
            "ddd\n\nThe description is cut here: it has more than 256 KiB.",
            info.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    static JsonElement Write(ProjectHistory history, CoreMetadata? metadata) =>
        Write(history, metadata is null ? MetadataReading.None : MetadataReading.Known(metadata));

    static JsonElement Write(ProjectHistory history, MetadataReading reading)
    {
        var snapshot = history.ToSnapshot();
        var first = snapshot.Visible.First().Name;
        var release = new Release(first.VersionText, first.Version, [.. snapshot.Visible]);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            new ProjectDocument(snapshot, release, reading).Write(json, [release]);
        var text = Encoding.UTF8.GetString(bytes.ToArray());
        return JsonDocument.Parse(text.Replace(BaseUrlMarker.Text, Base)).RootElement;
    }
}
