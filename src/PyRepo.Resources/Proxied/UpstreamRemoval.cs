namespace PyRepo.Resources.Proxied;

/// <summary>What becomes of a kept file that upstream deleted or quarantined.</summary>
public enum UpstreamRemoval
{
    Hide,
    Keep,
}
