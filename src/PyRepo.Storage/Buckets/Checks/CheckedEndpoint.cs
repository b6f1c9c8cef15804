namespace PyRepo.Storage.Buckets.Checks;

/// <summary>A way to the bucket that is checked.</summary>
/// <param name="Name">Its name in the report: the URL.</param>
/// <param name="Client">The bucket.</param>
/// <param name="Downloads">Fetches presigned URLs, as clients of a repository do.</param>
public sealed record CheckedEndpoint(string Name, IBucketClient Client, HttpClient Downloads);
