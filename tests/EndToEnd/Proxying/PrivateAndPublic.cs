using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// The usual set-up: a team's own repository and a proxy behind one group, with a scripted upstream that has an evil
/// twin of each private project.
/// </summary>
public sealed class PrivateAndPublic : IAsyncDisposable
{
    public const string Team = "team";
    public const string Proxy = "proxy";
    public const string All = "all";

    PrivateAndPublic(ScriptedUpstream upstream, PyRepoServer server) => (Upstream, Server) = (upstream, server);

    /// <summary>The upstream.</summary>
    public ScriptedUpstream Upstream { get; }

    /// <summary>The server.</summary>
    public PyRepoServer Server { get; }

    /// <summary>Starts both.</summary>
    /// <param name="team">The spec of the team's repository.</param>
    /// <param name="group">More of the group's spec.</param>
    /// <param name="more">More documents.</param>
    public static async Task<PrivateAndPublic> StartAsync(
        string team = "{}", string group = "resolution: FirstMatch", params IEnumerable<string> more)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        try
        {
            var server = await PyRepoServer.StartAsync(Manifest.All(
            [
                Manifest.Create(Team, team),
                ProxyManifest.Proxy(
                    Proxy, upstream.Index, "cache: { projectTtl: 1s, notFoundTtl: 0s, indexTtl: 1s }", ", timeout: 2s"),
                ProxyManifest.Group(All, [$"PythonRepository/{Team}", $"ProxyRepository/{Proxy}"], group),
                .. more,
            ]));
            return new PrivateAndPublic(upstream, server);
        }
        catch
        {
            await upstream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts a release of a project upstream, newer than anything that the team has.</summary>
    public ScriptedFile PutUpstream(string project, string version = "99.0")
    {
        var file = ScriptedFile.Wheel(project, version, seed: 99);
        Upstream.Serve(new ScriptedPage(project, file));
        return file;
    }

    /// <summary>Uploads a release to the team's repository.</summary>
    public async Task<TestWheel> UploadAsync(string project, string version = "1.0")
    {
        var wheel = TestWheel.Create(project, version);
        await Server.UploadAsync(Team, wheel);
        return wheel;
    }

    /// <summary>Every URL by which a client may get at a file of a project in the group.</summary>
    public IEnumerable<Uri> AllWaysTo(string project, string fileName, string sha256)
    {
        var group = Server.GetUrl(All);
        yield return new Uri(group, $"simple/{project}/");
        yield return new Uri(group, $"+simple/{project}/");
        yield return new Uri(group, $"packages/{project}/{sha256[..16]}/{fileName}");
        yield return new Uri(group, $"packages/{project}/{sha256[..16]}/{fileName}.metadata");
        yield return new Uri(group, $"packages/{project}/{fileName}");
        yield return new Uri(group, $"packages/{project}/{fileName}.metadata");
        yield return new Uri(group, $"pypi/{project}/json");
        yield return new Uri(group, $"pypi/{project}/99.0/json");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
