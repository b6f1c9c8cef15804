namespace PyRepo.Operator.Controllers;

/// <summary>How a pod responded.</summary>
/// <param name="At">When it sent the report, or when it began to fail.</param>
/// <param name="Report">What its server reported, as JSON; null: it failed.</param>
/// <param name="Failure">Why there is no report; null: there is one.</param>
sealed record LastResponse(DateTimeOffset At, byte[]? Report, string? Failure = null)
{
    /// <summary>The length of the report.</summary>
    public int Length => Report?.Length ?? 0;
}
