using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.IndexApi;
using PyRepo.Server.Endpoints.Rendering;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.IndexApi;

public sealed class JsonApiEndpointTests : IDisposable
{
    static readonly ProjectName _foo = ProjectName.Parse("foo");
    readonly HostedFolder _folder = new();
    readonly MemoryBudget _budget = new(1 << 20);
    readonly JsonApiEndpoint _endpoint;

    public JsonApiEndpointTests() => _endpoint = new JsonApiEndpoint(new RenderedPageCache(_budget, WorkGate.Shared));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_project_shows_its_latest_release_and_the_files_of_all()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        await _folder.AddWheelAsync("foo", "2.0");
        await _folder.AddWheelAsync("foo", "3.0rc1");
        var document = await ShowAsync(null);
        Assert.Equal("2.0", document.GetProperty("info").GetProperty("version").GetString());
        Assert.Equal("Of foo", document.GetProperty("info").GetProperty("summary").GetString());
        var releases = document.GetProperty("releases").EnumerateObject().Select(release => release.Name);
        Assert.Equal(["1.0", "2.0", "3.0rc1"], releases);
        var file = Assert.Single(document.GetProperty("urls").EnumerateArray());
        Assert.Equal("foo-2.0-py3-none-any.whl", file.GetProperty("filename").GetString());
    }

    [Fact]
    public async Task A_release_shows_its_own_files_under_any_spelling_of_its_version()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        await _folder.AddWheelAsync("foo", "2.0");
        foreach (var version in (string[])["1.0", "1"])
        {
            var document = await ShowAsync(version);
            Assert.Equal("1.0", document.GetProperty("info").GetProperty("version").GetString());
            Assert.False(document.TryGetProperty("releases", out _));
        }
    }

    [Fact]
    public async Task A_missing_project_or_release_is_not_found()
    {
        await _folder.OpenAsync();
        await RejectedAsync(null, "There is no project 'foo'");
        await _folder.AddWheelAsync("foo", "1.0");
        await RejectedAsync("2.0", "There is no release '2.0'");
        await _folder.Repository.Files.DeleteAsync(_foo, "foo-1.0-py3-none-any.whl", "bob");
        await RejectedAsync(null, "has no files");
    }

    [Fact]
    public async Task Links_begin_with_the_host_of_each_request_though_the_document_is_kept_once()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        foreach (var host in (string[])["one.example", "two.example:8080"])
        {
            var document = await ShowAsync(null, host);
            var info = document.GetProperty("info");
            Assert.Equal($"http://{host}/team-a/simple/foo/", info.GetProperty("package_url").GetString());
            var url = document.GetProperty("urls")[0].GetProperty("url").GetString();
            Assert.StartsWith($"http://{host}/team-a/packages/foo/", url, StringComparison.Ordinal);
        }
        await ShowAsync(null, "10.example");
        var used = _budget.Used;
        for (var i = 11; i < 60; i++)
            await ShowAsync(null, $"{i}.example");
        Assert.Equal(used, _budget.Used);
    }

    [Fact]
    public async Task A_host_with_a_quotation_mark_does_not_break_the_document()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        var document = await ShowAsync(null, "a\"b.example");
        Assert.Contains("a\"b.example", document.GetProperty("info").GetProperty("package_url").GetString());
    }

    [Theory]
    [InlineData("a:\n", 20_000, null)]
    [InlineData("Keywords: \u0001\u0001\u0001\u0001\u0001\u0001\n", 16_000, "Of foo")]
    public async Task Metadata_that_is_too_large_is_not_known_and_what_is_known_is_shown(
        string header, int times, string? summary)
    {
        await _folder.OpenAsync();
        var metadata = WheelFile.GetMetadata("foo", "1.0") + string.Concat(Enumerable.Repeat(header, times));
        var bytes = Encoding.UTF8.GetBytes(metadata);
        var wheel = WheelFile.Make("foo", "1.0", metadata: metadata);
        // A server that did not know the limit took it.
        await _folder.AddAsync(WheelFile.GetName("foo", "1.0"), wheel, Sha256Digest.HashData(bytes));
        var info = (await ShowAsync(null)).GetProperty("info");
        Assert.Equal(summary, info.GetProperty("summary").GetString());
        Assert.Equal("1.0", info.GetProperty("version").GetString());
    }

    [Fact]
    public async Task A_long_description_takes_no_other_metadata_with_it()
    {
        await _folder.OpenAsync();
        var metadata = $"{WheelFile.GetMetadata("foo", "1.0")}\n{new string('é', 300_000)}";
        var wheel = WheelFile.Make("foo", "1.0", metadata: metadata);
        await _folder.AddAsync(
            WheelFile.GetName("foo", "1.0"), wheel, Sha256Digest.HashData(Encoding.UTF8.GetBytes(metadata)));
        var info = (await ShowAsync(null)).GetProperty("info");
        Assert.Equal("Of foo", info.GetProperty("summary").GetString());
        var description = info.GetProperty("description").GetString()!;
        Assert.StartsWith("éé", description, StringComparison.Ordinal);
        Assert.EndsWith(
            "é\n\nThe description is cut here: it has more than 256 KiB.", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_breaks_off_leaves_the_document_without_its_metadata_until_it_comes()
    {
        await _folder.OpenAsync();
        await _folder.AddWheelAsync("foo", "1.0");
        var repository = new BreakingRepository(_folder.Repository) { IsBroken = true };
        var endpoint = new JsonApiEndpoint(new RenderedPageCache(_budget, WorkGate.Shared));
        Assert.Null(GetSummary(await ShowAsync(null, repository: repository, endpoint: endpoint)));
        repository.IsBroken = false;
        Assert.Equal("Of foo", GetSummary(await ShowAsync(null, repository: repository, endpoint: endpoint)));
    }

    static string? GetSummary(JsonElement document) =>
        document.GetProperty("info").GetProperty("summary").GetString();

    async Task RejectedAsync(string? version, string message)
    {
        var refused = await Assert.ThrowsAsync<RejectedException>(() => ShowAsync(version));
        Assert.Equal(RejectionReason.NotFound, refused.Reason);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    async Task<JsonElement> ShowAsync(
        string? version, string host = "localhost", IRepository? repository = null, JsonApiEndpoint? endpoint = null)
    {
        var request = RequestFor.From(RequestFor.Repository() with { Repository = repository ?? _folder.Repository });
        request.Context.Request.Host = new HostString(host);
        await (endpoint ?? _endpoint).ShowAsync(request, _foo, version);
        Assert.Equal("application/json", request.Context.Response.ContentType);
        return JsonDocument.Parse(RequestFor.GetBody(request.Context)).RootElement;
    }
}
