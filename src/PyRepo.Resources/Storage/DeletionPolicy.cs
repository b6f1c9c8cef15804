namespace PyRepo.Resources.Storage;

/// <summary>What becomes of the data with the resource.</summary>
public enum DeletionPolicy
{
    Retain,
    Delete,
}
