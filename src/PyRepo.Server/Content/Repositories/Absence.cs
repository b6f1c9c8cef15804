namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// Why it is certain that a repository does not have a project. Without that, it is unavailable: a group would hand the
/// name on to its next member, which may be a public index.
/// </summary>
/// <remarks>
/// Each holder of the facts makes its own kind. An architecture test lists all of them.
/// </remarks>
public abstract record Absence
{
    /// <summary>The rule that makes the project unknown, or null if there is none.</summary>
    public virtual Verdict? HiddenBy => null;

    /// <summary>
    /// Why a group's member did not answer, whose last list does not have the project; null if it did answer.
    /// </summary>
    public virtual ProjectAnswer.Unavailable? MemberDown => null;
}
