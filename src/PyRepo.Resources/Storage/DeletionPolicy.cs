namespace PyRepo.Resources.Storage;

/// <summary>What happens to the data when the resource is deleted.</summary>
public enum DeletionPolicy
{
    Retain,
    Delete,
}
