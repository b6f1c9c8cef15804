namespace EndToEnd.Cluster;

/// <summary>A cluster that has nothing of PyRepo's: whatever earlier tests installed is removed.</summary>
public static class EmptyCluster
{
    /// <summary>Removes the operator, however it was installed, all resources, and their definitions.</summary>
    public static async Task MakeAsync()
    {
        // While the operator is there to let go of them; where there are no such kinds there is nothing to delete.
        await Kubectl.RunAsync("delete", "pyrepo", "--all", "--all-namespaces", "--timeout=1m");
        (await new ProgramRun("helm",
            "uninstall", "pyrepo-operator", "--namespace", "pyrepo-system", "--ignore-not-found", "--wait").RunAsync()).MustSucceed();
        await Kubectl.AskAsync("delete", "-k", SourceFolder.At("config"), "--ignore-not-found");
        await Kubectl.AskAsync("delete", "namespace", "packages", "--ignore-not-found");
    }

    /// <summary>Installs the operator as the quickstart does.</summary>
    public static async Task InstallAsync() => (await new ProgramRun("helm",
        "install", "pyrepo-operator", SourceFolder.At("charts", "pyrepo-operator"), "--namespace", "pyrepo-system",
        "--create-namespace", "--wait").RunAsync()).MustSucceed();
}
