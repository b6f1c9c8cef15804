using System.Net;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// A file that somebody put into a team's folder has its name, before it is adopted and if it never is.
/// </summary>
public sealed class ClaimedNamesTests : IAsyncLifetime
{
    const string Private = "acme-lib";
    const int Others = 1000;
    ScriptedUpstream _upstream = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await ScriptedUpstream.StartAsync();
        _upstream.Serve(new ScriptedPage(Private, ScriptedFile.Wheel("acme_lib", "99.0")));
    }

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    [Fact]
    public async Task Names_in_a_full_folder_are_never_answered_by_the_proxy_even_during_startup()
    {
        var wheel = TestWheel.Create(Private, "1.0");
        await using var server = await PyRepoServer.LaunchOnAsync(Manifests, data =>
        {
            for (var n = 0; n < Others; n++)
                Put(data, TestWheel.Create($"other-{n}", "1.0"));
            Put(data, wheel);
        });
        await Eventually.IsAsync("its file is adopted", async () =>
        {
            var page = await server.PageAsync(PrivateAndPublic.All, Private);
            Assert.True(
                page.Status is HttpStatusCode.ServiceUnavailable || page.FileNames.All(f => f == wheel.FileName),
                page.ToString());
            return page.Status is HttpStatusCode.OK && page.FileNames.Count == 1;
        });
        Assert.Equal(0, _upstream.CountOfPage(Private));
    }

    [Fact]
    public async Task A_file_that_is_rejected_keeps_its_name_from_the_proxy()
    {
        var wheel = TestWheel.Create(Private, "1.0");
        await using var server = await PyRepoServer.LaunchOnAsync(
            Manifests, data => Put(data, wheel with { Bytes = wheel.Bytes[..^40] }));
        await Eventually.IsAsync("the server is ready", server.IsReadyAsync);
        await Eventually.IsAsync("it is rejected", async () =>
        {
            var page = await server.PageAsync(PrivateAndPublic.All, Private);
            Assert.True(page.Status is HttpStatusCode.ServiceUnavailable || page.FileNames.Count == 0, page.ToString());
            return page.Status is HttpStatusCode.OK;
        });
        Assert.Equal(0, _upstream.CountOfPage(Private));
    }

    [Fact]
    public async Task A_copied_file_claims_its_name_within_five_seconds()
    {
        await using var server = await PyRepoServer.LaunchOnAsync(Manifests, data =>
        {
            for (var n = 0; n < Others; n++)
                Put(data, TestWheel.Create($"other-{n}", "1.0"));
        });
        await Eventually.IsAsync("the server is ready", server.IsReadyAsync);
        Put(server.Data, TestWheel.Create(Private, "1.0"));
        var copied = TimeProvider.System.GetTimestamp();
        await Eventually.IsAsync("the name is the team's", async () =>
        {
            var page = await server.PageAsync(PrivateAndPublic.All, Private);
            return page.Status is HttpStatusCode.ServiceUnavailable
                || page.FileNames.All(f => !f.Contains("99.0", StringComparison.Ordinal));
        });
        Assert.InRange(TimeProvider.System.GetElapsedTime(copied), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    string Manifests => Manifest.All(
        Manifest.Create(PrivateAndPublic.Team, "{}"),
        ProxyManifest.Proxy(PrivateAndPublic.Proxy, _upstream.Index),
        ProxyManifest.Group(
            PrivateAndPublic.All,
            [$"PythonRepository/{PrivateAndPublic.Team}", $"ProxyRepository/{PrivateAndPublic.Proxy}"]));

    static void Put(string data, TestWheel wheel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(data, PrivateAndPublic.Team, "packages"));
        File.WriteAllBytes(Path.Combine(folder.FullName, wheel.FileName), wheel.Bytes);
    }
}
