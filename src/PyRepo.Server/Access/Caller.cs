using System.Collections.Frozen;

namespace PyRepo.Server.Access;

/// <summary>Who asks.</summary>
/// <param name="User">The user's name; null: anonymous.</param>
/// <param name="Groups">The groups that the user is in.</param>
sealed record Caller(string? User, FrozenSet<string> Groups)
{
    /// <summary>Somebody who gave no credentials.</summary>
    public static Caller Anonymous { get; } = new(null, FrozenSet<string>.Empty);

    /// <summary>Somebody whom a member of the group knows: authenticated, and no user of the group's own.</summary>
    public static Caller OfMember { get; } = new("", FrozenSet<string>.Empty);
}
