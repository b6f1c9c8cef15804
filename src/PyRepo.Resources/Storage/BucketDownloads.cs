namespace PyRepo.Resources.Storage;

/// <summary>How files of a bucket reach clients.</summary>
public enum BucketDownloads
{
    /// <summary>Through the server.</summary>
    Stream,

    /// <summary>By a presigned URL.</summary>
    Redirect,
}
