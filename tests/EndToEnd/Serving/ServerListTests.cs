using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Proxying;

namespace EndToEnd.Serving;

/// <summary>The list of the repositories of a server, at its root.</summary>
public sealed class ServerListTests : IAsyncLifetime
{
    const string Private = "{ access: { usersSecretRef: { name: users }, grants: ["
        + "{ to: [ { user: alice } ], role: Maintainer } ] } }";

    PyRepoServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PyRepoServer.StartAsync($"""
        {Manifest.Create("everyones", "{ }")}
        ---
        {Manifest.Create("alices", Private)}
        ---
        {Manifest.User("users", "alice", "secret")}
        ---
        {ProxyManifest.Group("inner", ["PythonRepository/alices"])}
        ---
        {ProxyManifest.Group("mixed", ["RepositoryGroup/inner", "PythonRepository/everyones"])}
        """);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Anonymous_callers_see_only_repositories_with_something_public() =>
        Assert.Equal(["everyones", "mixed"], await ListedAsync(null));

    [Fact]
    public async Task The_list_ignores_credentials_because_they_belong_to_one_repository()
    {
        Assert.Equal(["everyones", "mixed"], await ListedAsync(TwineForm.Basic("alice", "secret")));
        Assert.Equal(["everyones", "mixed"], await ListedAsync(TwineForm.Basic("alice", "wrong")));
        Assert.Equal(["everyones", "mixed"], await ListedAsync(TwineForm.Basic("mallory", "wrong")));
        Assert.Equal(["everyones", "mixed"], await ListedAsync(new("Negotiate", "x")));
    }

    async Task<string[]> ListedAsync(AuthenticationHeaderValue? caller)
    {
        var page = (await _server.AskAsync(_server.Url, caller)).Must(HttpStatusCode.OK).Text;
        return [.. ((string[])["alices", "everyones", "inner", "mixed"])
            .Where(name => page.Contains($"href=\"/{name}/\"", StringComparison.Ordinal))];
    }
}
