using System.Collections.Immutable;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Groups;

/// <summary>A member of a group.</summary>
/// <param name="Name">The name of the member.</param>
/// <param name="Repository">The member's repository.</param>
/// <param name="IsProxy">Whether its content comes from outside. Reserved names never come from such a member.</param>
sealed record Member(string Name, IRepository Repository, bool IsProxy)
{
    readonly ImmutableArray<string> _alone = [Name];

    /// <summary>The known vulnerabilities of its projects, or null if it has none.</summary>
    public IAdvisoryIndex? Advisories { get; init; }

    /// <summary>Returns this member, and those of its own that answered.</summary>
    public ImmutableArray<string> And(ImmutableArray<string> answeredBy) =>
        answeredBy.IsEmpty ? _alone : answeredBy.Insert(0, Name);
}
