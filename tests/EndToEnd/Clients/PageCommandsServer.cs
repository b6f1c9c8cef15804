using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Proxying;
using EndToEnd.Serving;

namespace EndToEnd.Clients;

/// <summary>
/// Repositories of each kind with the project <c>demo</c>, and an index of a stranger's. It is not started without the
/// clients.
/// </summary>
public sealed class PageCommandsServer : IAsyncLifetime
{
    /// <summary>The project that each repository has.</summary>
    public const string Project = "demo";

    /// <summary>A name that the group reserves.</summary>
    public const string Reserved = "acme-tool";

    /// <summary>A version that a shell would take for two commands.</summary>
    public const string OddVersion = "3.0|touch x";

    /// <summary>The password of everybody.</summary>
    public const string Password = "se-cret-word";

    /// <summary>Who may read.</summary>
    public static AuthenticationHeaderValue Reader { get; } = TwineForm.Basic("rea", Password);

    /// <summary>Who may upload.</summary>
    public static AuthenticationHeaderValue Publisher { get; } = TwineForm.Basic("pub", Password);

    const string Users = "usersSecretRef: { name: users }", MayUpload = "{ to: [ { user: pub } ], role: Publisher }";

    const string Open =
        $"{{ access: {{ {Users}, grants: [ {{ to: [ {{ anyone: {{}} }} ], role: Reader }}, {MayUpload} ] }} }}";

    const string Closed =
        $"{{ access: {{ {Users}, grants: [ {{ to: [ {{ user: rea }} ], role: Reader }}, {MayUpload} ] }} }}";


    /// <summary>The passwords are those of <see cref="Password"/>.</summary>
    const string Others = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: public }
        spec: { upstream: { url: "UPSTREAM" } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: odd }
        spec: { upstream: { url: "ODD" } }
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: private }, { kind: ProxyRepository, name: public } ]
          reserved: [ "acme-*" ]
          uploadTo: private
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: users }
        stringData:
          htpasswd: |
            rea:$6$abcdefgh$DmYy/GwcUYIEyLFnJp5MkxXN8U9AYBGAQULFPdi/xBmzpRqN4ZT2/pU32NmT2XJimlmrJADMZdQA4yXuaQH4Y1
            pub:$6$abcdefgh$DmYy/GwcUYIEyLFnJp5MkxXN8U9AYBGAQULFPdi/xBmzpRqN4ZT2/pU32NmT2XJimlmrJADMZdQA4yXuaQH4Y1

        """;

    readonly TestWheel _demo = TestWheel.Create(Project, "1.0");
    PyRepoServer? _server;
    ScriptedUpstream? _odd;
    PyRepoServer? _upstream;

    /// <summary>The server.</summary>
    public PyRepoServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>Asks for a path as somebody who may read all of it.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string accept = "*/*")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Url, path));
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.Authorization = Reader;
        return await Server.Http.SendAsync(request);
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Assets.Root is null)
            return;
        _upstream = await PyRepoServer.StartAsync(Manifest.Create("upstream"));
        await _upstream.MustTakeAsync("upstream", _demo);
        _odd = await ScriptedUpstream.StartAsync();
        _odd.At("/simple/demo/", Replies.Text(
            $"""<a href="demo-{Uri.EscapeDataString(OddVersion)}.zip">demo-{OddVersion}.zip</a>""", "text/html"));
        _server = await PyRepoServer.StartAsync(Manifest.All(
            Manifest.Create("pypi", Open), Manifest.Create("private", Closed), Manifest.Create("stranger", Open),
            Others.Replace("UPSTREAM", _upstream.IndexOf("upstream").ToString(), StringComparison.Ordinal)
                .Replace("ODD", _odd.Index.ToString(), StringComparison.Ordinal)));
        await MustTakeAsync("pypi", _demo, TestWheel.Create(Project, "1!2.0"));
        await MustTakeAsync("private", _demo);
        await MustTakeAsync("stranger", TestWheel.Create(Reserved, "1.0"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
        if (_odd is not null)
            await _odd.DisposeAsync();
    }

    async Task MustTakeAsync(string repository, params IEnumerable<TestWheel> wheels)
    {
        foreach (var wheel in wheels)
            Assert.Equal(HttpStatusCode.OK, await Server.UploadStatusAsync(repository, wheel, Publisher));
    }
}
