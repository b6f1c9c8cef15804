using System.IO.Compression;

namespace EndToEnd.Cluster;

/// <summary><c>kubectl pyrepo</c>, as a user types it.</summary>
public sealed class KubectlPluginTests
{
    /// <summary>A password that must not be in a file for support.</summary>
    const string Canary = "canary-4711-only-in-a-secret";

    [ClusterFact]
    public async Task The_plugin_shows_pauses_rotates_and_collects_without_any_secret()
    {
        await using var ns = await ClusterNamespace.CreateAsync();
        using var folder = new TemporaryFolder();
        using var plugin = new KubectlPlugin();
        await ns.ApplyAsync($$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: users }
            stringData: { htpasswd: "alice:{{Canary}}" }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team }
            spec:
              storage: { persistentVolumeClaim: { size: 1Gi } }
              ingress: { host: {{ns.Host}}, path: /team }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: ProxyRepository
            metadata: { name: mirror }
            spec:
              upstream: { url: "http://nobody.invalid/simple/" }
              access: { usersSecretRef: { name: users } }
              storage: { ephemeral: {} }
            """);
        await ns.UntilReadyAsync("pythonrepository/team");

        var status = (await RunAsync("status", "team")).MustSucceed().Output;
        foreach (var part in (string[])[
            "PythonRepository", "├─ Deployment team  1 of 1 ready", "PersistentVolumeClaim team-data  Bound",
            "ready: 0 projects, 0 files", "The pod acts on the configuration"])
        {
            Assert.Contains(part, status, StringComparison.Ordinal);
        }
        Assert.Contains("team", (await RunAsync("status")).MustSucceed().Output, StringComparison.Ordinal);
        Assert.Contains("There are: ", (await RunAsync("status", "other")).Error, StringComparison.Ordinal);
        Assert.NotEmpty((await RunAsync("logs", "team")).MustSucceed().Output);

        var before = await ns.PasswordAsync("team");
        (await RunAsync("rotate", "team")).MustSucceed();
        await Eventually.IsAsync("another password", async () => await ns.PasswordAsync("team") != before);
        (await RunAsync("pause", "team")).MustSucceed();
        await Eventually.IsAsync("it is paused", "Paused", () => ReasonAsync(ns));
        (await RunAsync("resume", "team")).MustSucceed();
        await Eventually.IsAsync("it goes on", "Ready", () => ReasonAsync(ns));

        var why = await RunAsync("why", "team", "acme-lib", "1.0");
        Assert.Contains("There is no project 'acme-lib'", why.Error, StringComparison.Ordinal);
        Assert.Equal(["recall", "report", "restore", "resume"], (await plugin.CompleteAsync("re")).Order());
        Assert.Equal(["team"], await plugin.CompleteAsync("status", "-n", ns.Name, "t"));
        Assert.Equal(["mirror", "team"], (await plugin.CompleteAsync("logs", "-n", ns.Name, "")).Order());
        Assert.Contains(
            "has no generated password", (await RunAsync("rotate", "mirror")).Error, StringComparison.Ordinal);

        foreach (var name in (string[])["team", "mirror"])
        {
            var file = folder.At($"{name}.zip");
            (await RunAsync("report", name, "-o", file)).MustSucceed();
            await using var zip = await ZipFile.OpenReadAsync(file);
            Assert.Contains(zip.Entries, entry => entry.FullName.EndsWith("/log.txt", StringComparison.Ordinal));
            foreach (var entry in zip.Entries)
            {
                using var reader = new StreamReader(await entry.OpenAsync());
                var text = await reader.ReadToEndAsync();
                SecretScan.AssertClean(entry.FullName, text, [Canary, before, await ns.PasswordAsync("team")]);
                Assert.True(
                    text.Length > 0 || entry.FullName.Contains("previous", StringComparison.Ordinal), entry.FullName);
            }
        }

        Task<ProgramResult> RunAsync(params string[] arguments) => plugin.RunAsync(ns, arguments);
    }

    static Task<string> ReasonAsync(ClusterNamespace ns) => ns.FieldAsync(
        "pythonrepository/team", ".status.conditions[?(@.type=='Ready')].reason");
}
