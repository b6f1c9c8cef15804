namespace PyRepo.Server.Platform.Admission;

/// <summary>There was no room for some work in time.</summary>
sealed class OverloadedException()
    : Exception("The server is overloaded. Try again in a few seconds.")
{
    /// <summary>When to try again.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(5);
}
