namespace EndToEnd.Cluster;

/// <summary>kubectl with the plugin on its <c>PATH</c>, under the names that a release gives it.</summary>
sealed class KubectlPlugin : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public KubectlPlugin()
    {
        // The program goes by the name of its file.
        Write("kubectl-pyrepo", $"""
            #!/bin/sh
            [ "$1" = __complete ] || set -- kubectl "$@"
            exec {BuiltProgram.Operator.Path} "$@"
            """);
        Write("kubectl_complete-pyrepo", "#!/bin/sh\nexec kubectl-pyrepo __complete \"$@\"\n");
    }

    /// <summary>The password of <c>--user</c>.</summary>
    public string? Password { get; init; }

    /// <summary>Runs <c>kubectl pyrepo</c> in a namespace.</summary>
    public Task<ProgramResult> RunAsync(ClusterNamespace ns, params string[] arguments) =>
        RunAsync(["pyrepo", .. arguments, "-n", ns.Name]);

    /// <summary>Has kubectl complete what was typed after <c>kubectl pyrepo</c>. Returns the words.</summary>
    public async Task<string[]> CompleteAsync(params string[] typed) =>
    [
        .. (await RunAsync(["__complete", "pyrepo", .. typed])).MustSucceed().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != ':').Select(line => line.Split('\t')[0]),
    ];

    public void Dispose() => _folder.Dispose();

    Task<ProgramResult> RunAsync(IReadOnlyList<string> arguments) => new ProgramRun("kubectl", [.. arguments])
    {
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
            ["KUBECONFIG"] = Environment.GetEnvironmentVariable("KUBECONFIG")!,
            ["HOME"] = _folder.Path,
            ["PYREPO_PASSWORD"] = Password ?? "",
        },
    }.RunAsync();

    void Write(string name, string text)
    {
        var script = _folder.Write(name, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
