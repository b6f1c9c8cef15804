namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Which bucket of Google Cloud Storage to use, and how.</summary>
public sealed record GcsBucketSettings
{
    static readonly Uri _google = new("https://storage.googleapis.com");

    /// <summary>The bucket's name.</summary>
    public required string Bucket { get; init; }

    /// <summary>
    /// The service's URL. By default that of the environment variable STORAGE_EMULATOR_HOST, or else Google's.
    /// </summary>
    public Uri Endpoint { get; init; } = DefaultEndpoint();

    /// <summary>
    /// The credentials. By default none if the endpoint's scheme is <c>http</c>, as that of an emulator, or else those
    /// of the pod.
    /// </summary>
    public GcsCredentials? Credentials { get; init; }

    /// <summary>
    /// The project in which a bucket is created. By default that of the service account's key, of the environment
    /// variable GOOGLE_CLOUD_PROJECT, or of the cluster.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>Where a bucket is created, such as <c>europe-west3</c>. By default, where Google does.</summary>
    public string? Location { get; init; }

    internal GcsCredentials EffectiveCredentials =>
        Credentials ?? (Endpoint.Scheme == Uri.UriSchemeHttp ? GcsCredentials.None : GcsCredentials.Identity);

    static Uri DefaultEndpoint() => Environment.GetEnvironmentVariable("STORAGE_EMULATOR_HOST") switch
    {
        null or "" => _google,
        var host when host.Contains("://", StringComparison.Ordinal) => new Uri(host),
        var host => new Uri($"http://{host}"),
    };
}

/// <summary>Credentials for Google Cloud Storage.</summary>
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

/// <summary>The pod or machine asks.</summary>
sealed record GcsIdentity : GcsCredentials;

/// <summary>Nobody asks.</summary>
sealed record GcsAnonymous : GcsCredentials;
