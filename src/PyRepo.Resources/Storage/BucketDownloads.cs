namespace PyRepo.Resources.Storage;

/// <summary>How clients get the files of a bucket.</summary>
public enum BucketDownloads
{
    /// <summary>Through the server.</summary>
    Stream,

    /// <summary>Through a presigned URL of the bucket.</summary>
    Redirect,
}
