namespace PyRepo.Resources.Proxied;

/// <summary>What happens to a cached file that upstream deleted or quarantined.</summary>
public enum UpstreamRemoval
{
    Hide,
    Keep,
}
