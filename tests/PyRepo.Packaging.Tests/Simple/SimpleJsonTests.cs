using System.Buffers;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;

namespace PyRepo.Packaging.Tests.Simple;

public sealed class SimpleJsonTests
{
    const string EmptySha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    static readonly Sha256Digest _digest = Sha256Digest.HashData([]);

    [Theory]
    [InlineData("""{ "meta": { "_last-serial": 1, "api-version": "1.0" }, "projects": [ { "na""", true)]
    [InlineData("""{ "info": { "api-version": "1.0" }, "meta": { "x": { "api-version": 1 }, "api-version": "1.4" """,
        true)]
    [InlineData("""{ "projects": [ { "meta": { "api-version": "1.0" } } ] }""", false)]
    [InlineData("""{ "meta": { "api-version": 1 } }""", false)]
    [InlineData("""{ "meta": { "api-version": """, false)]
    [InlineData("""[ { "meta": { "api-version": "1.0" } } ]""", false)]
    [InlineData("", false)]
    public void The_beginning_of_a_document_identifies_the_Simple_API(string beginning, bool expected) =>
        Assert.Equal(expected, SimpleJson.DeclaresVersion(Encoding.UTF8.GetBytes(beginning)));

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{ "meta": { "api-version": "2.0" }""")]
    public void Invalid_JSON_and_another_major_version_are_rejected(string beginning) =>
        Assert.Throws<PageFormatException>(() => SimpleJson.DeclaresVersion(Encoding.UTF8.GetBytes(beginning)));

    [Theory]
    [InlineData("""{ "meta": { "api-version": "1.0" }, "projects": [] }""", true)]
    [InlineData("""{ "projects": [ { "name": "foo" } ] }""", true)]
    [InlineData("{}", false)]
    public async Task A_list_declares_its_version_or_has_a_project(string json, bool expected)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        Assert.Equal(expected, (await SimpleJson.ReadListAsync(stream)).IsRecognized);
    }

    [Fact]
    public void A_page_is_readable_by_every_client()
    {
        var page = new ProjectDetail
        {
            Name = "foo",
            Versions = ["1.0+x"],
            Files =
            [
                new PageFile
                {
                    FileName = "foo-1.0+x-py3-none-any.whl",
                    Url = "../../packages/foo/e3b0c44298fc1c14/" + PathSegment.Encode("foo-1.0+x-py3-none-any.whl"),
                    Hashes = new FileHashes(_digest),
                    RequiresPython = ">=3.8",
                    CoreMetadata = MetadataAvailability.WithHash(_digest),
                    Size = 5,
                    UploadTime = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)),
                },
                new PageFile { FileName = "foo-1.0.tar.gz", Url = "foo-1.0.tar.gz", Yanked = "" },
            ],
            LastSerial = 9,
        };
        const string expected =
            """
            {"meta":{"api-version":"1.4","_last-serial":9},
            "name":"foo",
            "project-status":{"status":"active"},
            "versions":["1.0+x"],
            "files":[
            {"filename":"foo-1.0+x-py3-none-any.whl",
            "url":"../../packages/foo/e3b0c44298fc1c14/foo-1.0%2Bx-py3-none-any.whl",
            "hashes":{"sha256":"DIGEST"},
            "requires-python":">=3.8",
            "core-metadata":{"sha256":"DIGEST"},
            "yanked":false,
            "size":5,
            "upload-time":"2026-01-02T03:04:05.000000Z"},
            {"filename":"foo-1.0.tar.gz","url":"foo-1.0.tar.gz","hashes":{},"yanked":true}]}
            """;
        var withoutNewlines = expected.ReplaceLineEndings("").Replace("DIGEST", EmptySha256, StringComparison.Ordinal);
        Assert.Equal(withoutNewlines + "\n", Write(page));
    }

    [Theory]
    [InlineData("false", false, null)]
    [InlineData("null", false, null)]
    [InlineData("true", true, null)]
    [InlineData("{}", true, null)]
    [InlineData("\"yes\"", false, null)]
    [InlineData("{\"sha256\":\"" + EmptySha256 + "\"}", true, EmptySha256)]
    public async Task Every_way_to_declare_metadata_is_understood(string value, bool isPresent, string? sha256)
    {
        foreach (var key in (string[])["core-metadata", "dist-info-metadata", "data-dist-info-metadata"])
        {
            var file = await ReadFile($$"""{"filename":"a","url":"a","hashes":{},"{{key}}":{{value}}}""");
            Assert.Equal((isPresent, sha256), (file.CoreMetadata.IsPresent, file.CoreMetadata.Sha256?.ToString()));
        }
    }

    [Theory]
    [InlineData("false", null)]
    [InlineData("null", null)]
    [InlineData("\"\"", null)]
    [InlineData("true", "")]
    [InlineData("\"broken\"", "broken")]
    public async Task Yanked_may_be_a_boolean_or_a_reason(string value, string? yanked) =>
        Assert.Equal(yanked, (await ReadFile($$"""{"filename":"a","url":"a","yanked":{{value}}}""")).Yanked);

    [Fact]
    public async Task Null_missing_and_unknown_keys_are_accepted()
    {
        var file = await ReadFile(
            """
            {"url":"https://example.org/x/a-1.0%2Bl.whl#sha1=DA39A3EE5E6B4B0D3255BFEF95601890AFD80709","size":null,
            "upload-time":null,"requires-python":null,"provenance":null,"hashes":{"md5":null,"sha512":"00"},
            "_x":[{"y":[]}]}
            """);
        Assert.Equal("a-1.0+l.whl", file.FileName);
        Assert.Equal("https://example.org/x/a-1.0%2Bl.whl", file.Url);
        Assert.Equal(new FileHashes(null, "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), file.Hashes);
        Assert.Equal((null, null, null, null), (file.Size, file.UploadTime, file.RequiresPython, file.Provenance));
    }

    [Fact]
    public async Task Only_SHA_256_and_the_strongest_other_hash_are_kept()
    {
        var (md5, sha384) = (new string('A', 32), new string('B', 96));
        var file = await ReadFile(
            $$"""{"url":"a","hashes":{"md5":"{{md5}}","sha384":"{{sha384}}","sha256":"{{_digest}}","sha512":"0g"} }""");
        Assert.Equal(new FileHashes(_digest, "sha384", new string('b', 96)), file.Hashes);
    }

    [Fact]
    public async Task Relative_links_are_resolved_against_the_page()
    {
        var page = await SimpleJson.ReadProjectAsync(
            Stream("""{"files":[{"url":"../../packages/a%2Bb.whl"},{"url":"https://other.example/b"}]}"""),
            new Uri("https://index.example.org/simple/a/"));
        var urls = page.Files.Select(file => file.Url);
        Assert.Equal(["https://index.example.org/packages/a%2Bb.whl", "https://other.example/b"], urls);
        Assert.Equal("1.0", page.ApiVersion);
    }

    [Theory]
    [InlineData("{\"meta\":{\"api-version\":\"2.0\"},\"files\":[]}")]
    [InlineData("{\"meta\":{\"api-version\":\"x\"},\"files\":[]}")]
    [InlineData("{\"files\":[")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("<html></html>")]
    public async Task A_document_that_is_not_a_version_1_page_is_rejected(string text) =>
        await Assert.ThrowsAsync<PageFormatException>(() => SimpleJson.ReadProjectAsync(Stream(text)));

    [Fact]
    public async Task A_null_version_is_skipped() => Assert.Equal(
        ["1.0"],
        (await SimpleJson.ReadProjectAsync(Stream("""{"versions":["1.0",null],"files":[null,7]}"""))).Versions);

    [Fact]
    public async Task A_newer_minor_version_is_read()
    {
        var page = await SimpleJson.ReadProjectAsync(Stream("""{"meta":{"api-version":"1.9"},"files":[]}"""));
        Assert.Equal("1.9", page.ApiVersion);
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("2026-01-02T03:04:05.123Z", "2026-01-02T03:04:05.1230000+00:00")]
    [InlineData("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.1234567+00:00")]
    [InlineData("2026-01-02T05:04:05.5+02:00", "2026-01-02T03:04:05.5000000+00:00")]
    [InlineData("2026-01-02T03:04:05", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("03:04", null)]
    [InlineData("soon", null)]
    public async Task Upload_times_are_read_with_any_number_of_decimals(string text, string? time)
    {
        var file = await ReadFile($$"""{"filename":"a","url":"a","upload-time":"{{text}}"}""");
        Assert.Equal(time, file.UploadTime?.ToString("O"));
    }

    static string Write(ProjectDetail page)
    {
        var output = new ArrayBufferWriter<byte>();
        SimpleJson.Write(output, page);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    static async Task<PageFile> ReadFile(string json) =>
        Assert.Single((await SimpleJson.ReadProjectAsync(Stream($$"""{"files":[{{json}}]}"""))).Files);

    static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
