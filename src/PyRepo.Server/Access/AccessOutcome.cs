namespace PyRepo.Server.Access;

/// <summary>Whether a caller may perform an action.</summary>
enum AccessOutcome
{
    Allowed,

    /// <summary>The caller is unknown: 401.</summary>
    Unauthenticated,

    /// <summary>The caller is known, but not allowed: 403.</summary>
    Forbidden,
}
