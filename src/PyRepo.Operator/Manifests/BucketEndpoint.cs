namespace PyRepo.Operator.Manifests;

/// <summary>
/// The service that has a resource's bucket. The API server can't tell spellings of an endpoint apart within the budget
/// of its rules, nor does it see annotations: so a change is judged here, by what the Deployment was made for.
/// </summary>
static class BucketEndpoint
{
    /// <summary>
    /// The endpoint of a resource's bucket in its normal form; empty: the provider's own; null: the data are elsewhere.
    /// Only the server reads what a claim says, and so the claim stands for it.
    /// </summary>
    public static string? Get(DeclaredResource resource) => resource.Stored?.Storage.Bucket is not { } bucket ? null
        : bucket.ClaimRef is { } claim ? $"{claim.Kind}/{claim.Name}"
        : Normalize(bucket.Endpoint ?? "");

    /// <summary>Why the endpoint cannot change; null: it may, or it is the same in another spelling.</summary>
    public static Rejection? Reject(DeclaredResource resource, ReconcileInputs inputs)
    {
        if (Get(resource) is not { } wanted || inputs.Deployment is not { } live
            || live.Metadata.Annotations?.GetValueOrDefault(Annotations.BucketEndpoint) is not { } before
            || before == wanted
            || (resource.Annotation(Annotations.DataMoved) is { } moved && Normalize(moved.Trim()) == wanted))
        {
            return null;
        }
        return new Rejection(Reason.StorageChangeRejected,
            $"spec.storage.bucket.endpoint: the data of this resource are at {Show(before)}, not at {Show(wanted)}. "
            + "Write the previous endpoint, or move the data and then annotate the resource with "
            + $"{Annotations.DataMoved}={wanted}.");
    }

    /// <summary>Scheme, host and port: without a default port, a final slash and capitals (RFC 3986 §6.2).</summary>
    static string Normalize(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
        : endpoint;

    static string Show(string endpoint) => endpoint.Length == 0 ? "the provider's own endpoint" : endpoint;
}
