namespace EndToEnd.Browser;

/// <summary>A test that looks at pages with a browser, and is skipped without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Skips it where there is no browser.</summary>
    public BrowserFactAttribute()
    {
        if (Chromium.Program is null)
            Skip = Chromium.Missing;
    }
}
