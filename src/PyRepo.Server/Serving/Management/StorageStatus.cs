namespace PyRepo.Server.Serving.Management;

/// <summary>The status of a repository's bucket.</summary>
/// <param name="ConditionalWrites">Whether the service honours the conditions of writes, so that replicas work.</param>
/// <param name="Replica">The name of this replica.</param>
/// <param name="Others">The replicas that this one knows of.</param>
/// <param name="Code">The service's error code, or null if the bucket can be used.</param>
/// <param name="Message">What is wrong, and what to do.</param>
sealed record StorageStatus(
    bool ConditionalWrites, string Replica, IReadOnlyList<string> Others, string? Code, string? Message);
