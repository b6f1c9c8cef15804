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
    /// Who asks. By default nobody if the endpoint's scheme is <c>http</c>, as that of an emulator, or else the pod.
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
