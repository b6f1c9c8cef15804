using System.Diagnostics;

namespace EndToEnd.Serving;

/// <summary>A test that mounts a file system: skipped where that is not allowed, as in many containers even to root.</summary>
public sealed class MountingFactAttribute : FactAttribute
{
    static readonly Lazy<bool> _mayMount = new(() =>
    {
        using var unshare = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"])
        {
            RedirectStandardError = true,
        })!;
        unshare.WaitForExit();
        return unshare.ExitCode == 0;
    });

    /// <summary>Skips it where nothing can be mounted.</summary>
    public MountingFactAttribute()
    {
        if (Environment.UserName != "root" || !_mayMount.Value)
            Skip = "A full disk is made with mount, which needs root and the right to mount.";
    }
}
