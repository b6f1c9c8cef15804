using System.Text.Json;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Tests.Hosted;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

/// <summary>The files of a release in PyPI's JSON API have the outcome for their attestations.</summary>
public sealed class FileProvenanceTests : IDisposable
{
    readonly AttestedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pypi/foo/json")]
    [InlineData("pypi/foo/1.0/json")]
    public async Task A_file_names_who_attested_it_and_where_the_attestations_are(string path)
    {
        await _folder.OpenAsync();
        var file = await _folder.AddAsync();
        var provenance = Assert.Single(await _folder.UrlsAsync(path)).GetProperty("provenance");
        Assert.Equal(
            $"http://localhost:8080/team-a/integrity/foo/1.0/{file}/provenance",
            provenance.GetProperty("url").GetString());
        Assert.Equal("verified", provenance.GetProperty("verdict").GetString());
        var attestation = Assert.Single(provenance.GetProperty("attestations").EnumerateArray());
        Assert.Equal(
            [
                "publisher", "kind", "name", "workflow", "repository", "commit", "ref", "signedAt", "log", "logIndex",
            ],
            attestation.EnumerateObject().Select(property => property.Name));
        Assert.Equal("GitHub acme/lib release.yml", attestation.GetProperty("publisher").GetString());
        Assert.Equal(AttestedFolder.Commit, attestation.GetProperty("commit").GetString());
        Assert.Equal("rekor.test", attestation.GetProperty("log").GetString());
    }

    [Fact]
    public async Task A_file_says_why_its_attestation_is_not_proved()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync(change: request => request with { Signed = bytes => [.. bytes, 0] });
        var provenance = Assert.Single(await _folder.UrlsAsync()).GetProperty("provenance");
        Assert.Equal("refused", provenance.GetProperty("verdict").GetString());
        Assert.Contains("(Signature)", provenance.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_kept_follows_a_changed_trusted_root()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync();
        Assert.Equal("verified", await VerdictAsync());
        _folder.Use(TrustedRootSource.Public);
        Assert.Equal("refused", await VerdictAsync());
        _folder.Use(null);
        Assert.Null(await VerdictAsync());
        _folder.Use(_folder.Root);
        Assert.Equal("verified", await VerdictAsync());
    }

    [Fact]
    public async Task Storage_that_fails_leaves_the_document_without_a_verdict_until_it_answers()
    {
        await _folder.OpenAsync();
        await _folder.AddAsync();
        _folder.Folder.Store.BeforeOpen = key =>
        {
            if (key.EndsWith(".provenance", StringComparison.Ordinal))
                throw new IOException(key);
        };
        Assert.Equal("pending", await VerdictAsync());
        _folder.Folder.Store.BeforeOpen = _ => { };
        Assert.Equal("verified", await VerdictAsync());
    }

    [Fact]
    public async Task Files_of_other_releases_and_files_that_nobody_attested_have_no_such_key()
    {
        await _folder.OpenAsync();
        await _folder.Folder.AddWheelAsync("foo", "2.0");
        await _folder.AddAsync();
        var document = await _folder.GetAsync("pypi/foo/json");
        Assert.Contains("foo-1.0-py3-none-any.whl", document, StringComparison.Ordinal);
        Assert.DoesNotContain("provenance", document, StringComparison.Ordinal);
    }

    async Task<string?> VerdictAsync() =>
        Assert.Single(await _folder.UrlsAsync()).GetProperty("provenance").TryGetProperty("verdict", out var verdict)
            ? verdict.GetString()
            : null;
}
