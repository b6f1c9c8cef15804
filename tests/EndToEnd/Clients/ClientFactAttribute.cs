namespace EndToEnd.Clients;

/// <summary>A test that needs the assets; skipped, with one line, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientFactAttribute : FactAttribute
{
    /// <summary>A test of the clients and the distributions in the assets.</summary>
    public ClientFactAttribute()
    {
        if (Assets.Root is null)
            Skip = Assets.Missing;
    }
}
