using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Policies;

/// <summary>A proxy's policy does not allow the project, whatever its upstream has.</summary>
/// <param name="Rule">The rule.</param>
sealed record ExcludedProject(Verdict Rule) : Absence
{
    /// <inheritdoc/>
    public override Verdict? HiddenBy => Rule;
}
