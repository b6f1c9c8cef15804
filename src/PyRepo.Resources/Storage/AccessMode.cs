namespace PyRepo.Resources.Storage;

/// <summary>How a volume may be mounted.</summary>
public enum AccessMode
{
    ReadWriteOnce,
    ReadWriteOncePod,
    ReadWriteMany,
}
