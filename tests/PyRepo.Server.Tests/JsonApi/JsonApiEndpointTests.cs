using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Server.Caching;
using PyRepo.Server.Http;
using PyRepo.Server.JsonApi;
using PyRepo.Server.Rendering;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Server.Tests.Http;

namespace PyRepo.Server.Tests.JsonApi;

public sealed class JsonApiEndpointTests : IDisposable
{
    static readonly ProjectName _foo = ProjectName.Parse("foo");
    readonly HostedFolder _folder = new();
    readonly JsonApiEndpoint _endpoint = new(new PageCache(new MemoryBudget(1 << 20)));

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
    public async Task What_is_not_there_is_not_found()
    {
        await _folder.OpenAsync();
        await RejectedAsync(null, "There is no project 'foo'");
        await _folder.AddWheelAsync("foo", "1.0");
        await RejectedAsync("2.0", "There is no release '2.0'");
        await _folder.Repository.DeleteAsync(_foo, "foo-1.0-py3-none-any.whl", "bob");
        await RejectedAsync(null, "has no files");
    }

    async Task RejectedAsync(string? version, string message)
    {
        var refused = await Assert.ThrowsAsync<HttpStatusException>(() => ShowAsync(version));
        Assert.Equal(404, refused.Status);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    async Task<JsonElement> ShowAsync(string? version)
    {
        var request = RequestFor.Of(RequestFor.Repository() with { Repository = _folder.Repository });
        await _endpoint.ShowAsync(request, _foo, version);
        Assert.Equal("application/json", request.Context.Response.ContentType);
        return JsonDocument.Parse(RequestFor.BodyOf(request.Context)).RootElement;
    }
}
