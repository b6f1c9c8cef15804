namespace PyRepo.Server.Access;

/// <summary>Whether a caller may perform an action, and why.</summary>
/// <param name="Outcome">The decision.</param>
/// <param name="Grant">
/// What allows it in the requested repository, such as <c>spec.access.grants[1]</c>; null if it is not allowed.
/// </param>
readonly record struct AccessDecision(AccessOutcome Outcome, string? Grant)
{
    /// <summary>The caller is unknown, and must not do it.</summary>
    public static AccessDecision Unauthenticated { get; } = new(AccessOutcome.Unauthenticated, null);

    /// <summary>The caller is known, and must not do it.</summary>
    public static AccessDecision Forbidden { get; } = new(AccessOutcome.Forbidden, null);

    /// <summary>Whether the caller may do it.</summary>
    public bool IsAllowed => Outcome is AccessOutcome.Allowed;
}
