namespace PyRepo.Resources.Proxied;

/// <summary>What happens to a vulnerable version.</summary>
public enum AdvisoryAction
{
    Block,
    Yank,
    Report,
}
