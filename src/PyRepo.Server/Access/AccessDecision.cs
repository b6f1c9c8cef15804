namespace PyRepo.Server.Access;

/// <summary>Whether a caller may.</summary>
enum AccessDecision
{
    Allowed,

    /// <summary>Not known who asks: 401.</summary>
    Unauthenticated,

    /// <summary>Known, and not allowed: 403.</summary>
    Forbidden,
}
