namespace PyRepo.Resources.Proxied;

/// <summary>The types of distributions, as uploads name them.</summary>
public enum PackageType
{
    Wheel,
    SourceDistribution,
}
