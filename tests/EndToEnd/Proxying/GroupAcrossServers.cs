namespace EndToEnd.Proxying;

/// <summary>
/// A group and its member <c>team-a</c>, which receives its uploads, on two servers, as pods of a cluster have them.
/// </summary>
public sealed class GroupAcrossServers : IAsyncLifetime
{
    const string Users = "usersSecretRef: { name: users }";

    string MemberManifest => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team-a, namespace: packages }
        spec:
          uploads: { maxFileSize: 400Mi }
          {{MemberSpec}}
          access:
            {{Users}}
            grants:
            - { to: [ { anyone: {} } ], role: Reader }
            - { to: [ { user: alice }, { user: dave } ], role: Maintainer }
            - { to: [ { user: carol } ], role: Publisher, projects: [ "carol-*" ] }
            - { to: [ { user: dave } ], role: Auditor }
        """;

    string GroupManifest => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: packages }
        spec:
          members: [ { kind: PythonRepository, name: team-a } ]
          uploadTo: team-a
          {{GroupSpec}}
          access:
            {{Users}}
            grants:
            - { to: [ { anyone: {} } ], role: Reader }
            - { to: [ { user: alice }, { user: bob }, { user: carol } ], role: Publisher }
            - { to: [ { user: dave } ], role: Auditor }
        """;

    /// <summary>More of the member's spec, in one line.</summary>
    public string MemberSpec { get; init; } = "";

    /// <summary>More of the group's spec, in one line.</summary>
    public string GroupSpec { get; init; } = "";

    /// <summary>The own advisories of the member, if its spec names the ConfigMap <c>ours</c>.</summary>
    public string MemberAdvisories { get; init; } = "[]";

    readonly TemporaryFolder _mounted = new();
    PyRepoServer? _member;
    PyRepoServer? _group;

    /// <summary>The server of the member.</summary>
    public PyRepoServer Member => _member!;

    /// <summary>The server of the group.</summary>
    public PyRepoServer Group => _group!;

    /// <summary>The folder of the member's data.</summary>
    public string MemberFolder => Member.GetFolder("repository");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // Each user's password is the user's name.
        var users = await Task.WhenAll(((string[])["alice", "bob", "carol", "dave"]).Select(HtpasswdAsync));
        var secrets = new Dictionary<string, string>
        {
            ["secrets/users/htpasswd"] = string.Concat(users),
            ["secrets/pyrepo-signing-key/current"] = "a key that both servers mount",
        };
        _member = await StartAsync("team-a", new(secrets)
        {
            ["resource.yaml"] = MemberManifest,
            ["configmaps/ours/advisories.json"] = MemberAdvisories,
        });
        _group = await StartAsync("all", new(secrets)
        {
            ["resource.yaml"] = GroupManifest,
            ["members/PythonRepository/team-a.yaml"] = MemberManifest,
            ["platform.json"] = $$"""{ "members": { "team-a": "{{_member.Url}}" } }""",
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_group is not null)
            await _group.DisposeAsync();
        if (_member is not null)
            await _member.DisposeAsync();
        _mounted.Dispose();
    }

    /// <summary>Changes the key that both servers mount, on the group's server only.</summary>
    public void ForgetKey() =>
        _mounted.Write("all/secrets/pyrepo-signing-key/current", "another key than the other server has");

    Task<PyRepoServer> StartAsync(string name, Dictionary<string, string> files)
    {
        var folder = _mounted.Folder(name);
        foreach (var (path, text) in files)
            _mounted.Write(Path.Combine(name, path), text);
        return PyRepoServer.StartFromAsync(folder, "--root", name);
    }

    static async Task<string> HtpasswdAsync(string user)
    {
        var made = await new ProgramRun("openssl", "passwd", "-6", user).RunAsync();
        return $"{user}:{made.Output.Trim()}\n";
    }
}
