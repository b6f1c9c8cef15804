namespace PyRepo.Resources.Scheduling;

/// <summary>Whether a property of nodes counts.</summary>
public enum NodeInclusionPolicy
{
    Honor,
    Ignore,
}
