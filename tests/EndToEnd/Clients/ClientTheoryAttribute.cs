namespace EndToEnd.Clients;

/// <summary>As <see cref="ClientFactAttribute"/>, for several inputs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientTheoryAttribute : TheoryAttribute
{
    /// <summary>A test of the clients and the distributions in the assets.</summary>
    public ClientTheoryAttribute()
    {
        if (Assets.Root is null)
            Skip = Assets.Missing;
    }
}
