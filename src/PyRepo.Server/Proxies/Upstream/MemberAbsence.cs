using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>A group's member on another server has proved that it answers, and said that it has no such project.</summary>
sealed record MemberAbsence : Absence
{
    /// <summary>The rule of the member that makes the project unknown there, or null.</summary>
    public Verdict? Rule { get; init; }

    /// <inheritdoc/>
    public override Verdict? HiddenBy => Rule;
}
