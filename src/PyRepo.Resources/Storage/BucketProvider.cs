namespace PyRepo.Resources.Storage;

/// <summary>The protocol of an object store.</summary>
public enum BucketProvider
{
    S3,
    GCS,
    Azure,
}
