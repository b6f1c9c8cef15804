namespace PyRepo.Packaging.Versions;

/// <summary>The stages of a pre-release, in rising order.</summary>
public enum PreReleaseStage
{
    Alpha,
    Beta,
    ReleaseCandidate,
}
