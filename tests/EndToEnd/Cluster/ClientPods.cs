using System.Text.Json;
using System.Text.Json.Nodes;
using EndToEnd.Clients;

namespace EndToEnd.Cluster;

/// <summary>
/// Pods that run this machine's Python clients: an image has nothing but a program, so that the machine's folders are
/// mounted where the clients are used to find them.
/// </summary>
sealed class ClientPods
{
    readonly ClusterNamespace _ns;
    readonly string _repositories, _pip, _twine;

    ClientPods(ClusterNamespace ns, string repositories, string pip, string twine) =>
        (_ns, _repositories, _pip, _twine) = (ns, repositories, pip, twine);

    /// <summary>Prepares a namespace for them.</summary>
    /// <param name="ns">The namespace of the pods.</param>
    /// <param name="repositories">The namespace of the repositories.</param>
    /// <param name="wheel">What the pods find in <c>/wheels</c>.</param>
    public static async Task<ClientPods> CreateAsync(ClusterNamespace ns, string repositories, TestWheel wheel)
    {
        // The folders of the machine are no volumes that PodSecurity allows.
        await ns.KubectlAsync(
            "label", "namespace", ns.Name, "pod-security.kubernetes.io/enforce=privileged", "--overwrite");
        var wheels = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = "wheels", ["namespace"] = ns.Name },
            ["binaryData"] = new JsonObject { [wheel.FileName] = Convert.ToBase64String(wheel.Bytes) },
        };
        await ns.ApplyAsync(wheels.ToJsonString());
        foreach (var account in (string[])["builder", "installer", "stranger"])
            await ns.KubectlAsync("create", "serviceaccount", account);
        return new ClientPods(
            ns, repositories, await PythonClients.ProgramOfAsync("pip"), await PythonClients.ProgramOfAsync("twine"));
    }

    /// <summary>Runs a script in a pod, and tells what became of the pod: Succeeded or Failed.</summary>
    /// <param name="name">The pod's name.</param>
    /// <param name="account">Its ServiceAccount.</param>
    /// <param name="script">What a shell runs.</param>
    /// <param name="index">The repository to install from.</param>
    /// <param name="audience">The audience of its token, if that is not the repositories'.</param>
    public async Task<string> RunAsync(
        string name, string account, string script, string index = "team", string? audience = null)
    {
        await _ns.ApplyAsync(GetPod(name, account, script, index, audience ?? $"pyrepo.dev/{_repositories}"));
        await Eventually.IsAsync($"the pod {name} ends", async () =>
            await _ns.FieldAsync($"pod/{name}", ".status.phase") is "Succeeded" or "Failed");
        return await _ns.FieldAsync($"pod/{name}", ".status.phase");
    }

    /// <summary>What a pod has written.</summary>
    public Task<string> LogAsync(string name) => _ns.KubectlAsync("logs", name);

    string GetPod(string name, string account, string script, string index, string audience)
    {
        string[] folders = [.. (string[])["/usr", "/bin", "/lib", "/lib64"], .. GetFolders(_pip)];
        return $$"""
            apiVersion: v1
            kind: Pod
            metadata: { name: {{name}} }
            spec:
              serviceAccountName: {{account}}
              automountServiceAccountToken: false
              restartPolicy: Never
              containers:
              - name: client
                image: localhost/pause:1
                imagePullPolicy: Never
                command: [ /bin/sh, -ec, {{JsonSerializer.Serialize(script)}} ]
                env:
                - { name: HOME, value: /tmp }
                - { name: PATH, value: /usr/bin:/bin }
                - { name: PIP, value: {{_pip}} }
                - { name: TWINE, value: {{_twine}} }
                - { name: INDEX, value: {{index}} }
                - { name: REPOSITORIES, value: {{_repositories}} }
                volumeMounts:
            {{Lines(folders, (n, folder) => $"    - {{ name: folder-{n}, mountPath: {folder}, readOnly: true }}")}}
                - { name: tmp, mountPath: /tmp }
                - { name: wheels, mountPath: /wheels }
                - { name: token, mountPath: /var/run/secrets/pyrepo, readOnly: true }
              volumes:
            {{Lines(folders, (n, folder) => $"  - {{ name: folder-{n}, hostPath: {{ path: {RealPath(folder)} }} }}")}}
              - { name: tmp, emptyDir: {} }
              - { name: wheels, configMap: { name: wheels } }
              - name: token
                projected:
                  sources:
                  - serviceAccountToken: { path: token, audience: "{{audience}}", expirationSeconds: 600 }
            """;
    }

    /// <summary>The virtual environments, and the interpreter that they link to.</summary>
    static IEnumerable<string> GetFolders(string client)
    {
        var bin = Path.GetDirectoryName(client)!;
        yield return Path.GetFullPath(Path.Combine(bin, "..", ".."));
        var python = new FileInfo(Path.Combine(bin, "python3")).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (!python.StartsWith("/usr/bin/", StringComparison.Ordinal))
            yield return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(python)!, ".."));
    }

    /// <summary>The kubelet mounts no links.</summary>
    static string RealPath(string folder) =>
        new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;

    static string Lines(IEnumerable<string> folders, Func<int, string, string> line) =>
        string.Join('\n', folders.Select((folder, n) => line(n, folder)));
}
