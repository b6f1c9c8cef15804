namespace EndToEnd.Cluster;

/// <summary>A cluster that has nothing of PyRepo's: whatever earlier tests installed is removed.</summary>
public static class EmptyCluster
{
    /// <summary>Removes the operator, however it was installed, all resources, and their definitions.</summary>
    public static async Task MakeAsync()
    {
        // Before their kinds go, and the operator with them. Where there are no such kinds this fails, and nothing is
        // to do.
        await Kubectl.RunAsync("delete", "pyrepo", "--all", "--all-namespaces", KubectlTimeout.Option);
        (await new ProgramRun("helm",
            "uninstall", "pyrepo-operator", "--namespace", "pyrepo-system", "--ignore-not-found", "--wait").RunAsync())
                .MustSucceed();
        await Kubectl.AskAsync("delete", "-k", SourceTree.At("config"), "--ignore-not-found");
        // Argo CD's release has names of its own for what belongs to the cluster, and no Helm release to uninstall.
        await Kubectl.AskAsync(
            "delete", "validatingadmissionpolicies,validatingadmissionpolicybindings,clusterroles,clusterrolebindings",
            "--selector", "app.kubernetes.io/name=pyrepo-operator");
        await Kubectl.AskAsync("delete", "namespace", "packages", "--ignore-not-found");
    }

    /// <summary>Installs the operator as docs/run-for-a-company.md does.</summary>
    public static async Task InstallAsync() => (await new ProgramRun("helm",
        "install", "pyrepo-operator", SourceTree.At("charts", "pyrepo-operator"), "--namespace", "pyrepo-system",
        "--create-namespace", "--wait").RunAsync()).MustSucceed();
}
