namespace EndToEnd.Serving;

/// <summary>A test that mounts a file system: skipped where the user may not.</summary>
public sealed class MountingFactAttribute : FactAttribute
{
    /// <summary>Skips it for all but root.</summary>
    public MountingFactAttribute()
    {
        if (Environment.UserName != "root")
            Skip = "A full disk is made with mount, which needs root.";
    }
}
