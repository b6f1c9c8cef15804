namespace PyRepo.Operator.Status;

/// <summary>The state of a group's member.</summary>
public sealed record MemberStatus
{
    public required string Name { get; init; }

    public required bool Ready { get; init; }

    /// <summary>Why it is not ready.</summary>
    public string? Message { get; init; }
}
