using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>Files and parts of them, under names that are not easy to write in a URL.</summary>
public sealed class FileTests(FilesServer fixture) : IClassFixture<FilesServer>
{
    PyRepoServer Server => fixture.Server;

    public static TheoryData<string, int?, int?> Ranges => new()
    {
        { "bytes=0-99", 0, 100 },
        { "bytes=100-", 100, null },
        { "bytes=-100", -100, null },
        { "bytes=0-0", 0, 1 },
        { "bytes=0-", 0, null },
        { "bytes=5-999999999", 5, null },
        { "bytes=-999999999", 0, null },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public async Task A_part_of_a_file_is_sent_as_206(string range, int? from, int? count)
    {
        foreach (var wheel in (TestWheel[])[fixture.Small, fixture.Large])
        {
            var file = await fixture.FindAsync(wheel);
            var start = from!.Value < 0 ? wheel.Bytes.Length + from.Value : from.Value;
            var expected = wheel.Bytes[start..(count is { } n ? start + n : wheel.Bytes.Length)];
            using var answer = await GetAsync(file.Url, ("Range", range));
            Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
            Assert.Equal(
                $"bytes {start}-{start + expected.Length - 1}/{wheel.Bytes.Length}",
                Assert.Single(answer.Content.Headers.GetValues("Content-Range")));
            Assert.Equal(expected.Length, answer.Content.Headers.ContentLength);
            Assert.Equal(expected, await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("bytes=0-9,20-29")]
    [InlineData("bytes=9-0")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=")]
    [InlineData("lines=0-9")]
    public async Task Multiple_or_invalid_ranges_get_the_whole_file(string range)
    {
        var file = await fixture.FindAsync(fixture.Small);
        using var answer = await GetAsync(file.Url, ("Range", range));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(fixture.Small.Bytes, await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=999999999-")]
    [InlineData("bytes=999999999-1000000000")]
    [InlineData("bytes=-0")]
    public async Task A_range_beyond_the_end_gets_416_and_the_length(string range)
    {
        var file = await fixture.FindAsync(fixture.Small);
        using var answer = await GetAsync(file.Url, ("Range", range));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal(
            $"bytes */{fixture.Small.Bytes.Length}", Assert.Single(answer.Content.Headers.GetValues("Content-Range")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_range_is_sent_only_for_the_version_that_If_Range_names()
    {
        var file = await fixture.FindAsync(fixture.Large);
        using var whole = await GetAsync(file.Url);
        var (tag, date) = (whole.Headers.ETag!.ToString(), whole.Content.Headers.LastModified!.Value.ToString("R"));
        foreach (var (ifRange, status) in new[]
        {
            (tag, HttpStatusCode.PartialContent), (date, HttpStatusCode.PartialContent),
            ("\"other\"", HttpStatusCode.OK), ($"W/{tag}", HttpStatusCode.OK),
            ("Thu, 01 Jan 1970 00:00:00 GMT", HttpStatusCode.OK),
        })
        {
            using var answer = await GetAsync(file.Url, ("Range", "bytes=10-19"), ("If-Range", ifRange));
            Assert.True(answer.StatusCode == status, $"{ifRange}: {answer.StatusCode}");
            var expected = status == HttpStatusCode.OK ? fixture.Large.Bytes : fixture.Large.Bytes[10..20];
            Assert.Equal(expected, await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task HEAD_has_the_headers_that_lazy_wheel_readers_need()
    {
        foreach (var wheel in (TestWheel[])[fixture.Small, fixture.Large])
        {
            var file = await fixture.FindAsync(wheel);
            using var request = new HttpRequestMessage(HttpMethod.Head, file.Url);
            using var answer = await Server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("bytes", Assert.Single(answer.Headers.GetValues("Accept-Ranges")));
            Assert.Equal(wheel.Bytes.Length, answer.Content.Headers.ContentLength);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
            Assert.False(answer.Headers.ETag!.IsWeak);
        }
    }

    [Fact]
    public async Task A_file_that_the_client_has_is_not_sent_again()
    {
        var file = await fixture.FindAsync(fixture.Large);
        using var first = await GetAsync(file.Url);
        using var again = await GetAsync(file.Url, ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task URLs_with_the_hash_may_be_cached_for_ever_and_others_not()
    {
        var file = await fixture.FindAsync(fixture.Small);
        Assert.Contains($"/{file.Sha256[..16]}/", file.Url.AbsolutePath, StringComparison.Ordinal);
        foreach (var suffix in (string[])["", ".metadata"])
        {
            using var hashed = await GetAsync(new Uri(file.Url + suffix));
            var cached = hashed.Headers.CacheControl!;
            Assert.True(cached.Public && cached.MaxAge >= TimeSpan.FromDays(365), cached.ToString());
            Assert.Contains("immutable", cached.ToString(), StringComparison.Ordinal);
            using var plain = await GetAsync(new Uri(Server.GetUrl("team"), $"packages/small/{file.FileName}{suffix}"));
            Assert.True(plain.Headers.CacheControl!.NoCache);
            Assert.Null(plain.Headers.CacheControl.MaxAge);
            Assert.Equal(await hashed.Content.ReadAsByteArrayAsync(), await plain.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("1.0+local.7", "local-1.0+local.7-py3-none-any.whl", "local-1.0%2Blocal.7-py3-none-any.whl")]
    [InlineData("1!2.0", "local-1!2.0-py3-none-any.whl", "local-1%212.0-py3-none-any.whl")]
    public async Task Names_with_plus_and_exclamation_mark_work_literally_and_encoded(
        string version, string literal, string encoded)
    {
        var wheel = TestWheel.Create("local", version);
        Assert.Equal(literal, wheel.FileName);
        var file = await fixture.FindAsync(wheel);
        Assert.Contains(version, (await ProjectPage.ReadAsync(Server, "team", "local"))!.Versions);
        Assert.Equal(wheel.Bytes, await Server.Http.GetByteArrayAsync(file.Url));
        foreach (var name in (string[])[literal, encoded, encoded.ToLowerInvariant()])
        {
            foreach (var folder in (string[])["packages/local", $"packages/local/{wheel.Sha256[..16]}"])
            {
                Assert.Equal(
                    wheel.Bytes, await Server.Http.GetByteArrayAsync($"{Server.GetUrl("team")}{folder}/{name}"));
                Assert.Equal(HttpStatusCode.OK, await Server.StatusOfAsync($"team/{folder}/{name}.metadata"));
            }
        }
        var html = await Server.Http.GetStringAsync(new Uri(Server.IndexOf("team"), "local/"));
        Assert.Contains($">{literal}</a>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metadata_file_is_the_wheels_own_and_has_the_hash_that_the_page_shows()
    {
        var wheel = TestWheel.Create("described", "1.0");
        var file = await fixture.FindAsync(wheel);
        using var answer = await GetAsync(new Uri(file.Url + ".metadata"));
        var metadata = await answer.Content.ReadAsByteArrayAsync();
        Assert.StartsWith(
            "Metadata-Version: 2.1\nName: described\n", Encoding.UTF8.GetString(metadata), StringComparison.Ordinal);
        var shown = file.CoreMetadata!["sha256"];
        Assert.Equal(shown, Convert.ToHexStringLower(SHA256.HashData(metadata)));
        Assert.NotEqual(wheel.Sha256, shown);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        using var packed = await GetAsync(new Uri(file.Url + ".metadata"), ("Accept-Encoding", "gzip"));
        Assert.Empty(packed.Content.Headers.ContentEncoding);
        Assert.Equal(metadata, await packed.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_missing_file_is_404_for_every_kind_of_request()
    {
        var file = await fixture.FindAsync(fixture.Small);
        await fixture.FindAsync(fixture.Large);
        var (name, hash) = (fixture.Small.FileName, file.Sha256[..16]);
        foreach (var path in (string[])
        [
            $"small/0000000000000000/{name}", $"small/{file.Sha256}/{name}", $"small/{hash.ToUpperInvariant()}/{name}",
            $"large/{name}", $"large/{hash}/{name}", $"absent/{name}", $"small/{name.ToUpperInvariant()}",
            $"small/{hash}/absent.whl", $"small/{hash}/{name}.asc", $"small/{hash}/{name}.metadata.metadata",
            "small/", "",
            "small/..%2F..%2Fformat.json", "..%2F..%2Fformat.json", "small/%2e%2e/%2e%2e/projects/small.jsonl",
            $"small/{hash}/{name}%00", $"small/{hash}/%2F{name}",
        ])
        {
            using var answer = await GetAsync(new Uri(
                $"{Server.GetUrl("team")}packages/{path}",
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            Assert.True((int)answer.StatusCode is 404 or 400, $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task A_path_with_dots_reaches_nothing_outside_the_packages()
    {
        await fixture.FindAsync(fixture.Small);
        foreach (var path in (string[])
        [
            "/team/packages/../projects/small.jsonl", "/team/../../.credentials/team", "/../../../etc/passwd",
            "/team/packages/small/../../format.json", "/team/%2e%2e/.credentials/team", "//etc/passwd",
            "/team/packages/small/..%5c..%5cformat.json",
        ])
        {
            await using var connection = await RawConnection.OpenAsync(Server);
            await connection.SendHeadAsync($"GET {path} HTTP/1.1", $"Host: {Server.Url.Authority}");
            var answer = await connection.ReadAnswerAsync();
            Assert.True(answer.Status is 400 or 404, $"{path}: {answer.Status}");
        }
    }

    async Task<HttpResponseMessage> GetAsync(Uri url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Server.Http.SendAsync(request);
    }
}
