using System.Text.Json;

namespace EndToEnd.Cluster;

/// <summary>
/// The drill: a repository under load is backed up, its namespace is deleted with its data, and it is restored in
/// another one.
/// </summary>
public sealed class BackupTests(ClusterMinio minio) : IClassFixture<ClusterMinio>
{
    /// <summary>Uploads to wait for before the backup, and after it.</summary>
    const int Uploads = 12;

    static readonly TestWheel _yanked = TestWheel.Create("acme-yanked", "1.0");
    static readonly TestWheel _deleted = TestWheel.Create("acme-deleted", "1.0");

    [ClusterFact(Minio.Asset)]
    public async Task What_was_acknowledged_before_a_backup_is_there_after_the_namespace_was_lost()
    {
        var backups = S3Service.NewName();
        Dictionary<string, string> acknowledged;
        string backup;
        await using (var ns = await ClusterNamespace.CreateAsync())
        {
            await ns.ApplyAsync(Repositories(ns, "deletionPolicy: Delete", Backup(backups)));
            await ns.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
            await ns.UntilReachableAsync("/login/", "/team/login/");
            foreach (var wheel in (TestWheel[])[_yanked, _deleted])
                await UploadAsync(ns, wheel);
            await ChangeAsync(ns, HttpMethod.Put, "api/v1/projects/acme-yanked/releases/1.0/yank");
            await ChangeAsync(ns, HttpMethod.Delete, "api/v1/projects/acme-deleted/releases/1.0");
            await using (var load = new UploadLoad(ns, "/team/", "/", "alice", user: "alice").Begin())
            {
                await Eventually.IsAsync("uploads", () => Task.FromResult(load.Uploaded >= Uploads));
                acknowledged = await FilesAsync(ns);
                var before = await FieldAsync(ns, ".status.backup.name");
                await ns.KubectlAsync("annotate", "pythonrepository/team", "pyrepo.dev/backup=drill", "--overwrite");
                var soFar = load.Uploaded;
                await Eventually.IsAsync("the backup", async () =>
                    await FieldAsync(ns, ".status.backup.name") is { Length: > 0 } name && name != before);
                await Eventually.IsAsync("more", () => Task.FromResult(load.Uploaded >= soFar + Uploads));
                Assert.Empty(load.Failures);
            }
            backup = await FieldAsync(ns, ".status.backup.name");
            Assert.Equal("BackedUp", await FieldAsync(ns, ".status.conditions[?(@.type=='BackupReady')].reason"));
            Assert.Contains("BackedUp", await ns.KubectlAsync("get", "events"), StringComparison.Ordinal);
            await ns.KubectlAsync("delete", "pyrepo", "--all", KubectlTimeout.Option);
        }
        Assert.True(acknowledged.Count >= Uploads);

        await using var elsewhere = await ClusterNamespace.CreateAsync();
        await elsewhere.ApplyAsync(Repositories(
            elsewhere, $$"""restoreFrom: { bucket: {{minio.Bucket($"name: {backups}")}}, backup: {{backup}} }""", ""));
        await elsewhere.UntilReadyAsync("pythonrepository/team", "repositorygroup/all");
        await elsewhere.UntilReachableAsync("/login/", "/team/login/");
        Assert.Equal(backup, await FieldAsync(elsewhere, ".status.restored.backup"));
        var restored = await FilesAsync(elsewhere);
        foreach (var (file, facts) in acknowledged)
            Assert.Equal((file, facts), (file, restored.GetValueOrDefault(file)));
        using var http = new HttpClient();
        var bytes = await http.GetByteArrayAsync(elsewhere.Url($"/packages/{_yanked.Project}/{_yanked.FileName}"));
        Assert.Equal(_yanked.Bytes, bytes);
        await ChangeAsync(elsewhere, HttpMethod.Post, "api/v1/projects/acme-deleted/releases/1.0/restoration");
        await UploadAsync(elsewhere, TestWheel.Create("acme-new", "1.0"));
    }

    /// <summary>The repository with its users, and a group before it: the same in both namespaces, but for storage.</summary>
    string Repositories(ClusterNamespace ns, string storage, string backup) => string.Join(
        "\n---\n", minio.Keys(), $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: team-users }
        type: kubernetes.io/basic-auth
        stringData: { username: alice, password: alice }
        """, $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: team }
        spec:
          storage: { persistentVolumeClaim: { size: 1Gi }, {{storage}} }
          access: { usersSecretRef: { name: team-users } }
          ingress: { host: {{ns.Host}}, path: /team }
          {{backup}}
        """, $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: team } ]
          ingress: { host: {{ns.Host}} }
        """);

    string Backup(string bucket) =>
        $$"""backup: { schedule: "0 0 1 1 *", to: { bucket: {{minio.Bucket($"name: {bucket}, create: true")}} } }""";

    static Task<string> FieldAsync(ClusterNamespace ns, string path) => ns.FieldAsync("pythonrepository/team", path);

    static async Task UploadAsync(ClusterNamespace ns, TestWheel wheel)
    {
        using var http = new HttpClient();
        using var answer = await TwineForm.SendAsync(
            http, ns.Url("/team/"), TwineForm.From(wheel), TwineForm.Basic("alice", "alice"));
        Assert.True(answer.IsSuccessStatusCode, $"{wheel.FileName}: {answer.StatusCode}");
    }

    static async Task ChangeAsync(ClusterNamespace ns, HttpMethod method, string path)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, ns.Url($"/team/{path}"));
        request.Headers.Authorization = TwineForm.Basic("alice", "alice");
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
    }

    /// <summary>All files that the group shows, with hash, upload time and yank.</summary>
    static async Task<Dictionary<string, string>> FilesAsync(ClusterNamespace ns)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.pypi.simple.v1+json");
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var list = JsonDocument.Parse(await http.GetStringAsync(ns.Url("/simple/"))).RootElement;
        foreach (var project in list.GetProperty("projects").EnumerateArray())
        {
            var page = JsonDocument.Parse(await http.GetStringAsync(
                ns.Url($"/simple/{project.GetProperty("name").GetString()}/"))).RootElement;
            foreach (var file in page.GetProperty("files").EnumerateArray())
            {
                files[file.GetProperty("filename").GetString()!] = string.Join(' ',
                    file.GetProperty("hashes").GetProperty("sha256"), file.GetProperty("upload-time"),
                    file.GetProperty("yanked"));
            }
        }
        return files;
    }
}
