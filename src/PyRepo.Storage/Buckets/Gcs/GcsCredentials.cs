namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Who asks Google Cloud Storage.</summary>
public abstract record GcsCredentials
{
    private protected GcsCredentials()
    {
    }

    /// <summary>Nobody, for an emulator.</summary>
    public static GcsCredentials None { get; } = new GcsAnonymous();

    /// <summary>
    /// The identity of the pod or machine: what GOOGLE_APPLICATION_CREDENTIALS names, or else the service account that
    /// the metadata server knows.
    /// </summary>
    public static GcsCredentials Identity { get; } = new GcsIdentity();

    /// <summary>A service account, by the JSON of its key.</summary>
    /// <exception cref="BucketException">It is not such a JSON.</exception>
    public static GcsCredentials ServiceAccount(string json) => GcsServiceAccount.Parse(json);
}
