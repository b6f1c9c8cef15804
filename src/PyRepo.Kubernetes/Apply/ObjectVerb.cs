namespace PyRepo.Kubernetes.Apply;

/// <summary>What was done to an object.</summary>
public enum ObjectVerb
{
    Created,
    Changed,
    Deleted,
}
