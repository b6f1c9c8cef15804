using System.Collections.Frozen;

namespace PyRepo.Server.Access;

/// <summary>The sender of a request.</summary>
/// <param name="User">The user's name, or null for an anonymous caller.</param>
/// <param name="Groups">The groups that the user belongs to.</param>
sealed record Caller(string? User, FrozenSet<string> Groups)
{
    /// <summary>A caller without credentials.</summary>
    public static Caller Anonymous { get; } = new(null, FrozenSet<string>.Empty);

    /// <summary>
    /// A caller whom only a member of the group knows: authenticated, but not one of the group's own users.
    /// </summary>
    public static Caller OfMember { get; } = new("", FrozenSet<string>.Empty);
}
