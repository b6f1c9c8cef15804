namespace EndToEnd.Docs;

/// <summary>As <see cref="SiteFactAttribute"/>, for several inputs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SiteTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="SiteFactAttribute()"/>
    public SiteTheoryAttribute()
    {
        if (BuiltSite.Missing is not null)
            Skip = BuiltSite.Missing;
    }
}
