using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using EndToEnd.Serving;

namespace EndToEnd.Proxying;

/// <summary>
/// A group of a team's repository, a proxy of the company's index and one of the world's, which has a release 99.0 of
/// every project. They are served by one process, or by four as in a cluster.
/// </summary>
public sealed class PrivateNamesWorld : IAsyncDisposable
{
    const string Evil = "99.0";
    const string Times = "cache: { projectTtl: 1s, notFoundTtl: 1s, indexTtl: 1s, staleIfError: 1h }";
    const string Key = "a key that all servers mount";
    static readonly string[] _names = ["team", "company", "world", "all"];

    readonly TemporaryFolder _mounted = new();
    readonly Dictionary<string, PyRepoServer> _servers = new(StringComparer.Ordinal);
    readonly bool _isInOneProcess;
    bool _reserves;

    PrivateNamesWorld(bool isInOneProcess, ScriptedUpstream company, ScriptedUpstream world) =>
        (_isInOneProcess, Company, World) = (isInOneProcess, company, world);

    /// <summary>The company's index.</summary>
    public ScriptedUpstream Company { get; }

    /// <summary>The public index.</summary>
    public ScriptedUpstream World { get; }

    /// <summary>The server of the team's repository.</summary>
    public PyRepoServer Team => _servers["team"];

    /// <summary>The server of the proxy of the public index.</summary>
    public Uri PublicServer => _servers["world"].Url;

    /// <summary>The server of the proxy of the company's index.</summary>
    public Uri CompanyServer => _servers["company"].Url;

    /// <summary>The address where the group's server expects the team's; null: it is one process.</summary>
    public MemberFront? Front { get; private set; }

    /// <summary>The folder of the team's repository.</summary>
    public string TeamFolder => Team.GetFolder(_isInOneProcess ? "team" : "repository");

    /// <summary>The URL of the group.</summary>
    public Uri Group => _isInOneProcess ? _servers["all"].GetUrl("all") : _servers["all"].Url;

    /// <summary>Starts all of them.</summary>
    public static async Task<PrivateNamesWorld> StartAsync(bool isInOneProcess)
    {
        // A pod reaches no upstream on its loopback address.
        var address = isInOneProcess ? null : OwnAddress;
        var world = new PrivateNamesWorld(
            isInOneProcess, await ScriptedUpstream.StartAsync(address: address),
            await ScriptedUpstream.StartAsync(address: address));
        world.World.Otherwise = EvilPage;
        if (isInOneProcess)
        {
            var server = await PyRepoServer.StartAsync(world.Manifests);
            foreach (var name in _names)
                world._servers[name] = server;
            return world;
        }
        foreach (var name in _names)
        {
            world._servers[name] = await world.StartMountedAsync(name);
            world.Front ??= new MemberFront(world.Team.Url);
        }
        return world;
    }

    /// <summary>Uploads a release to the team's repository. Returns false if that is not possible now.</summary>
    public Task<bool> TryUploadAsync(TestWheel wheel) =>
        TryAsync(() => UploadAsync(_isInOneProcess ? Team.GetUrl("team") : Team.Url, wheel));

    /// <summary>Uploads a release to the group. Returns false if that is not possible now.</summary>
    public Task<bool> TryUploadToGroupAsync(TestWheel wheel) => TryAsync(() => UploadToGroupAsync(wheel));

    static async Task<bool> TryAsync(Func<Task<HttpResponseMessage>> upload)
    {
        try
        {
            using var answer = await upload();
            return answer.StatusCode is HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Puts a file into the folder of the team's repository, behind the server's back.</summary>
    public void Put(TestWheel wheel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(TeamFolder, "packages"));
        File.WriteAllBytes(Path.Combine(folder.FullName, wheel.FileName), wheel.Bytes);
    }

    /// <summary>Uploads a release to the group, which passes it on to the team's repository.</summary>
    public Task<HttpResponseMessage> UploadToGroupAsync(TestWheel wheel) => UploadAsync(Group, wheel);

    Task<HttpResponseMessage> UploadAsync(Uri url, TestWheel wheel) => TwineForm.SendAsync(
        Team.Http, url, TwineForm.From(wheel),
        TwineForm.Basic("publisher", _isInOneProcess ? Team.GetPassword("team") : "publisher"));

    /// <summary>The number of ways in which clients ask for a project.</summary>
    public const int Ways = 5;

    /// <summary>Asks the group for a project in one of the ways in which clients do.</summary>
    /// <returns>What it answers, or null if it cannot be reached.</returns>
    public async Task<ProxyResponse?> AskAsync(string project, int way)
    {
        var file = $"{project.Replace('-', '_')}-{Evil}-py3-none-any.whl";
        var path = ((string[])[
            $"simple/{project}/", $"pypi/{project}/json", $"packages/{project}/{file}", $"api/v1/why/{project}/{Evil}",
            $"@2100-01-01/simple/{project}/"])[way];
        try
        {
            return await _servers["all"].AskAsync(new Uri(Group, path), accept: way == 0 ? Replies.Json : null);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Whether an answer has anything of the public project.</summary>
    public static bool IsEvil(ProxyResponse answer) =>
        answer.Status is HttpStatusCode.OK && answer.Text.Contains($"-{Evil}", StringComparison.Ordinal);

    /// <summary>Changes the resources while they are served.</summary>
    public void Reconfigure()
    {
        _reserves = !_reserves;
        if (_isInOneProcess)
            File.WriteAllText(Team.ManifestFile, Manifests);
        else
            Mount("all", "resource.yaml", GetManifest("all"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values.Distinct())
            await server.DisposeAsync();
        if (Front is not null)
            await Front.DisposeAsync();
        await Company.DisposeAsync();
        await World.DisposeAsync();
        _mounted.Dispose();
    }

    string Manifests => Manifest.All(_names.Select(GetManifest));

    string GetManifest(string name) => name switch
    {
        "team" => Manifest.Create("team"),
        "company" => ProxyManifest.Proxy("company", Company.Index, Times, ", timeout: 1s"),
        "world" => ProxyManifest.Proxy("world", World.Index, Times, ", timeout: 5s"),
        _ => ProxyManifest.Group(
            "all", ["PythonRepository/team", "ProxyRepository/company", "ProxyRepository/world"],
            "uploadTo: team, " + (_reserves ? "reserved: [ \"coming-*\" ]" : "resolution: FirstMatch")),
    };

    Task<PyRepoServer> StartMountedAsync(string name)
    {
        void Write(string path, string text) => Mount(name, path, text);
        Write("resource.yaml", GetManifest(name));
        Write("secrets/pyrepo-signing-key/current", Key);
        Write("secrets/team-credentials/username", "publisher");
        Write("secrets/team-credentials/password", "publisher");
        if (name == "all")
        {
            Write("members/PythonRepository/team.yaml", GetManifest("team"));
            Write("members/ProxyRepository/company.yaml", GetManifest("company"));
            Write("members/ProxyRepository/world.yaml", GetManifest("world"));
            var urls = _servers.Select(server =>
                $"\"{server.Key}\": \"{(server.Key == "team" ? Front!.Url : server.Value.Url)}\"");
            Write("platform.json", $$"""{ "members": { {{string.Join(", ", urls)}} } }""");
        }
        return PyRepoServer.StartFromAsync(_mounted.Folder(name), "--root", name);
    }

    void Mount(string name, string path, string text) => _mounted.Write(
        Path.Combine(name, path),
        text.Replace("metadata: {", "metadata: { namespace: packages,", StringComparison.Ordinal));

    static IPAddress OwnAddress => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus is OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address))
        .First(address => address.AddressFamily is AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));

    static Task EvilPage(Microsoft.AspNetCore.Http.HttpContext context)
    {
        var name = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1];
        var file = ScriptedFile.Wheel(name.Replace('-', '_'), Evil);
        return context.Request.Path.StartsWithSegments("/simple")
            ? new ScriptedPage(name, file).AsJson()(context)
            : Replies.Bytes(file.Bytes)(context);
    }
}
