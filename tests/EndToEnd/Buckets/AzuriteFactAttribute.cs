namespace EndToEnd.Buckets;

/// <summary>A test that needs Azurite; skipped, with one line, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AzuriteFactAttribute : FactAttribute
{
    /// <summary>A test on Azurite.</summary>
    public AzuriteFactAttribute()
    {
        if (Azurite.Missing is not null)
            Skip = Azurite.Missing;
    }
}
