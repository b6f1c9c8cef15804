namespace EndToEnd.Browser;

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="BrowserFactAttribute()"/>
    public BrowserTheoryAttribute()
    {
        if (Chromium.Program is null)
            Skip = Chromium.Missing;
    }
}
