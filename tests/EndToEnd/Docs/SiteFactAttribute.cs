namespace EndToEnd.Docs;

/// <summary>A test of the built site; skipped, with one line, where what builds it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SiteFactAttribute : FactAttribute
{
    /// <summary>A test of the built site.</summary>
    public SiteFactAttribute()
    {
        if (BuiltSite.Missing is not null)
            Skip = BuiltSite.Missing;
    }
}
