namespace PyRepo.Server.Platform.Admission;

/// <summary>Some work costs more than is spent on it. It is not tried again for a while.</summary>
sealed class TooCostlyException(string message) : Exception(message)
{
    /// <summary>When it is tried again.</summary>
    public TimeSpan RetryAfter { get; init; } = WorkGate.RememberedFor;
}
