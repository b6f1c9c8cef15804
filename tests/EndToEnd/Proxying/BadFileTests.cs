using System.Net;
using System.Security.Cryptography;
using System.Text;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// Files that are not what upstream's page promises: they never complete and are never cached. It makes no difference
/// by which URL they are asked for.
/// </summary>
public abstract class BadFileTests(ManyProxies many, ITestOutputHelper output) : IDisposable
{
    const int Size = 300_000;
    const int BigSize = 5_000_000;

    public void Dispose() => many.Server.ShowLog(output);

    [Theory]
    [InlineData(0)]
    [InlineData(Size)]
    [InlineData(BigSize)]
    public async Task A_download_with_a_wrong_hash_is_aborted_uncached_and_fetched_again(int size)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0", size);
        var wrong = (byte[])file.Bytes.Clone();
        wrong[40] ^= 1;
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Bytes(wrong));
        await MustFailAsync(name, file);
        await MustFailAsync(name, file);
        Assert.Empty(GetCachedFiles(name));
        many.Upstream.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
        Assert.Equal(3, many.Upstream.CountOfFile(file.FileName));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("md5")]
    [InlineData("sha512")]
    public async Task Without_a_SHA256_another_given_digest_is_checked(string algorithm)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0", Size);
        file = file with { Hashes = new Dictionary<string, string> { [algorithm] = GetDigest(algorithm, file.Bytes) } };
        var wrong = (byte[])file.Bytes.Clone();
        wrong[^1] ^= 1;
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Bytes(wrong));
        await MustFailAsync(name, file);
        many.Upstream.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
        await Eventually.IsAsync("the page tells the SHA-256", async () =>
            (await many.Server.PageAsync(name, name)).File(file.FileName).GetProperty("hashes")
                .TryGetProperty("sha256", out var sha256) && sha256.GetString() == ScriptedFile.GetSha256(file.Bytes));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Fact]
    public async Task Without_any_digest_the_first_bytes_are_trusted_and_others_are_rejected_later()
    {
        var name = many.Take();
        var file =
            ScriptedFile.Wheel(name, "1.0", Size) with { Hashes = new Dictionary<string, string>(), Size = null };
        many.Upstream.Serve(new ScriptedPage(name, file));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
        await Eventually.IsAsync("it is cached", () => Task.FromResult(GetCachedFiles(name).Count == 1));
        File.Delete(Assert.Single(GetCachedFiles(name)));
        var other = ScriptedFile.Wheel(name, "1.0", Size, seed: 1);
        many.Upstream.AtFile(file.FileName, Replies.Bytes(other.Bytes));
        await MustNotGiveAsync(name, file.FileName, other.Bytes);
        Assert.Empty(GetCachedFiles(name));
    }

    [Theory]
    [InlineData(Size, 0)]
    [InlineData(Size, 1)]
    [InlineData(Size, Size)]
    [InlineData(BigSize, 1)]
    [InlineData(BigSize, BigSize)]
    public async Task An_incomplete_body_is_aborted_and_not_cached(int size, int after)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0", size);
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Torn(file.Bytes, after));
        await MustFailAsync(name, file);
        Assert.Empty(GetCachedFiles(name));
        many.Upstream.AtFile(file.FileName, Replies.Bytes(file.Bytes));
        Assert.Equal(
            file.Bytes, (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK).Bytes);
    }

    [Theory]
    [InlineData(Size)]
    [InlineData(BigSize)]
    public async Task A_stalled_body_is_aborted_after_the_timeout(int size)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0", size);
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Gated(file.Bytes, size / 2, new TaskCompletionSource().Task));
        await MustFailAsync(name, file);
        Assert.Empty(GetCachedFiles(name));
    }

    [Fact]
    public async Task An_error_page_with_status_200_instead_of_a_file_is_rejected()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0", Size);
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Text("<html>Please log in</html>", "text/html"));
        await MustFailAsync(name, file);
        Assert.Empty(GetCachedFiles(name));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task A_listed_file_that_upstream_does_not_serve_is_unavailable_with_a_message(int status)
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName, Replies.Status(status));
        var answer = (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains($"{status}", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_that_is_wrong_is_reported_before_a_byte_is_sent()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0", Size) with { Size = 5 };
        many.Upstream.Serve(new ScriptedPage(name, file));
        var answer = (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("promises 5", answer.Text, StringComparison.Ordinal);
        Assert.Empty(GetCachedFiles(name));
    }

    [Fact]
    public async Task A_URL_from_a_newer_page_than_the_cached_one_is_answered()
    {
        var name = many.Take();
        var (first, second) = (ScriptedFile.Wheel(name, "1.0"), ScriptedFile.Wheel(name, "2.0"));
        many.Upstream.Serve(new ScriptedPage(name, first));
        var url = (await many.Server.PageAsync(name, name)).GetUrl(first.FileName).AbsoluteUri;
        many.Upstream.Serve(new ScriptedPage(name, first, second));
        var newer = url.Replace(first.FileName, second.FileName, StringComparison.Ordinal)
            .Replace(ScriptedFile.GetSha256(first.Bytes)[..16], ScriptedFile.GetSha256(second.Bytes)[..16],
                StringComparison.Ordinal);
        Assert.Equal(second.Bytes, (await many.Server.AskAsync(new Uri(newer))).Must(HttpStatusCode.OK).Bytes);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("wrong")]
    [InlineData("silent")]
    [InlineData("gzip")]
    public async Task Metadata_that_upstream_promises_but_lacks_is_extracted_from_the_wheel(string failure)
    {
        var name = many.Take();
        var metadata = $"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Python: >=3.8\n";
        var file = ScriptedFile.Wheel(name, "1.0") with
        {
            CoreMetadata =
            ScriptedFile.GetSha256(Encoding.UTF8.GetBytes(metadata))
        };
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName + ".metadata", failure switch
        {
            "wrong" => Replies.Text("Metadata-Version: 2.1\nName: evil\n", "application/octet-stream"),
            "silent" => Replies.Silence,
            "gzip" => Replies.Gzip(metadata, "application/octet-stream"),
            _ => Replies.Status(404),
        });
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        var answer = (await many.Server.AskAsync(new Uri(url.AbsoluteUri + ".metadata"))).Must(HttpStatusCode.OK);
        Assert.Equal(metadata, answer.Text);
        Assert.Null(answer["Content-Encoding"]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    public async Task An_sdist_that_upstream_labels_as_encoded_arrives_as_it_is(string encoding)
    {
        var name = many.Take();
        var sdist = MadeSdist.Create(name, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, new ScriptedFile(sdist.FileName, sdist.Bytes)));
        many.Upstream.AtFile(sdist.FileName, context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return Replies.Bytes(sdist.Bytes)(context);
        });
        var answer = (await many.Server.FileAsync(name, name, sdist.FileName)).Must(HttpStatusCode.OK);
        Assert.Equal(sdist.Bytes, answer.Bytes);
        Assert.Null(answer["Content-Encoding"]);
    }

    [Fact]
    public async Task Metadata_whose_hash_matches_neither_upstreams_file_nor_the_wheel_is_not_served()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0") with { CoreMetadata = new string('a', 64) };
        many.Upstream.Serve(new ScriptedPage(name, file));
        many.Upstream.AtFile(file.FileName + ".metadata", Replies.Text("Name: evil\n", "text/plain"));
        var url = (await many.Server.PageAsync(name, name)).GetUrl(file.FileName);
        var answer = await many.Server.AskAsync(new Uri(url.AbsoluteUri + ".metadata"));
        Assert.True((int)answer.Status >= 400, answer.ToString());
    }

    [Fact]
    public async Task Metadata_of_a_cached_wheel_is_offered_if_upstream_has_none()
    {
        var name = many.Take();
        var file = ScriptedFile.Wheel(name, "1.0");
        many.Upstream.Serve(new ScriptedPage(name, file));
        (await many.Server.FileAsync(name, name, file.FileName)).Must(HttpStatusCode.OK);
        await Eventually.IsAsync("metadata are offered", async () =>
            (await many.Server.PageAsync(name, name)).File(file.FileName).TryGetProperty("core-metadata", out _));
        var page = await many.Server.PageAsync(name, name);
        var metadata = (await many.Server.AskAsync(new Uri(page.GetUrl(file.FileName).AbsoluteUri + ".metadata"))).Must(
            HttpStatusCode.OK);
        Assert.Equal(
            page.File(file.FileName).GetProperty("core-metadata").GetProperty("sha256").GetString(),
            ScriptedFile.GetSha256(metadata.Bytes));
    }

    /// <summary>
    /// A failure before the first byte is a status, one later a broken connection; never is it a whole answer.
    /// </summary>
    async Task MustFailAsync(string name, ScriptedFile file)
    {
        var url = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).GetUrl(file.FileName);
        try
        {
            (await many.Server.AskAsync(url)).Must(HttpStatusCode.ServiceUnavailable);
        }
        catch (HttpRequestException)
        {
            // Broken off.
        }
    }

    async Task MustNotGiveAsync(string name, string fileName, byte[] bytes)
    {
        var url = (await many.Server.PageAsync(name, name)).Must(HttpStatusCode.OK).GetUrl(fileName);
        try
        {
            Assert.NotEqual(bytes, (await many.Server.AskAsync(url)).Bytes);
        }
        catch (HttpRequestException)
        {
            // Broken off.
        }
    }

    List<string> GetCachedFiles(string name)
    {
        var packages = Path.Combine(many.Server.GetFolder(name), "packages");
        return Directory.Exists(packages) ? [.. Directory.EnumerateFiles(packages, "*", SearchOption.AllDirectories)]
            : [];
    }

    static string GetDigest(string algorithm, byte[] bytes) => Convert.ToHexStringLower(
        CryptographicOperations.HashData(new HashAlgorithmName(algorithm.ToUpperInvariant()), bytes));

    /// <summary>By the URL with the project and the hash.</summary>
    public sealed class ByHash(ManyProxies many, ITestOutputHelper output)
        : BadFileTests(many, output), IClassFixture<ManyProxies>
    {
        readonly ManyProxies _many = many;

        [Fact]
        public async Task Replaced_bytes_get_a_new_URL_and_the_old_one_is_gone()
        {
            var name = _many.Take();
            var (first, second) = (ScriptedFile.Wheel(name, "1.0"), ScriptedFile.Wheel(name, "1.0", seed: 1));
            _many.Upstream.Serve(new ScriptedPage(name, first));
            var old = (await _many.Server.PageAsync(name, name)).GetUrl(first.FileName);
            Assert.Equal(first.Bytes, (await _many.Server.AskAsync(old)).Must(HttpStatusCode.OK).Bytes);
            _many.Upstream.Serve(new ScriptedPage(name, second));
            await Eventually.IsAsync("the page changed", async () =>
                (await _many.Server.PageAsync(name, name)).GetUrl(first.FileName) != old);
            Assert.Equal(
                second.Bytes, (await _many.Server.FileAsync(name, name, first.FileName)).Must(HttpStatusCode.OK).Bytes);
            (await _many.Server.AskAsync(old)).Must(HttpStatusCode.NotFound);
        }
    }

    /// <summary>By the URL with the host and path at upstream.</summary>
    public sealed class ByAlias(LinkedProxies many, ITestOutputHelper output)
        : BadFileTests(many, output), IClassFixture<LinkedProxies>;
}
