using System.Diagnostics;
using Xunit;

namespace PyRepo.Testing.Cluster;

/// <summary>Finds etcd, kube-apiserver and kubectl: the folder in the environment variable KUBEBUILDER_ASSETS, else
/// the test data's folder <c>kubernetes</c>, unpacked.</summary>
public static class KubernetesPrograms
{
    const string Variable = "KUBEBUILDER_ASSETS";

    static readonly Lazy<string> _folder = new(FindFolder);

    /// <summary>What a skipped test says.</summary>
    public const string Missing =
        "Kubernetes' programs are missing: set KUBEBUILDER_ASSETS to what `setup-envtest use -p path` prints.";

    /// <summary>Whether they are there, unpacked or not.</summary>
    public static bool AreThere { get; } =
        Given is not null || (Assets.Find("kubernetes") is not null && Assets.Find("unpack.sh") is not null);

    /// <summary>
    /// The folder that holds them, unpacked at the first use. Where they are missing, the test that asks for it is skipped.
    /// </summary>
    /// <exception cref="InvalidOperationException">They could not be unpacked.</exception>
    public static string Folder
    {
        get
        {
            Assert.SkipUnless(AreThere, Missing);
            return _folder.Value;
        }
    }

    static string? Given =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
        && File.Exists(Path.Combine(folder, "kube-apiserver")) ? folder : null;

    static string FindFolder()
    {
        if (Given is { } given)
            return given;
        var unpack = Assets.GetPath("unpack.sh");
        var start = new ProcessStartInfo(unpack, ["kubernetes"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var folder = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0
            ? folder
            : throw new InvalidOperationException($"{unpack} ended with status {process.ExitCode}.");
    }
}
