namespace PyRepo.Resources.Storage;

/// <summary>The <see href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes">access
/// mode</see> of a volume.</summary>
public enum AccessMode
{
    ReadWriteOnce,
    ReadWriteOncePod,
    ReadWriteMany,
}
