namespace PyRepo.Operator.Status;

/// <summary>What a server reports of its bucket.</summary>
/// <param name="ConditionalWrites">
/// Whether the service heeds conditions of writes, by which several replicas agree; null: not known.
/// </param>
/// <param name="Code">The service's code for why it refuses the bucket, as <c>NoSuchBucket</c>; null: none.</param>
/// <param name="Message">Its message; null where all is well.</param>
public sealed record StorageReport(bool? ConditionalWrites, string? Code, string? Message)
{
    /// <summary>Whether the server can't use the bucket.</summary>
    public bool IsRefused => !string.IsNullOrEmpty(Code) || !string.IsNullOrEmpty(Message);
}
