namespace PyRepo.Resources.Proxied;

/// <summary>What is done with a vulnerable version.</summary>
public enum AdvisoryAction
{
    Block,
    Yank,
    Report,
}
