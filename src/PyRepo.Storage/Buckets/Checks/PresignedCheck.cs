using System.Net;
using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.Checks;

/// <summary>Tries the URLs to which clients are sent with <c>downloads: Redirect</c>.</summary>
static class PresignedCheck
{
    const string Redirect = "downloads: Redirect";

    static readonly TimeSpan _validFor = TimeSpan.FromMinutes(10);

    /// <inheritdoc cref="BucketCheckStep.RunAsync"/>
    public static async Task<CheckOutcome> RunAsync(CheckedBucket bucket, CancellationToken cancellationToken)
    {
        var (name, bytes) = (bucket.NewName(), CheckedBucket.NewBytes(1_000));
        await bucket.PutAsync(name, bytes, cancellationToken);
        if (bucket.Client.Presign(name, _validFor) is not { } url)
            return new(FindingResult.Note, $"These credentials cannot sign URLs: {Redirect} has no effect.");
        var http = bucket.Endpoint.Downloads;
        if (await FindFaultAsync(http, url, bytes, cancellationToken) is { } fault)
            return new(FindingResult.Note, $"{Redirect} does not work from here: a signed URL {fault}.");
        // Of another object.
        var forged = new UriBuilder(url) { Path = $"{url.AbsolutePath}0" }.Uri;
        using var refused = await http.GetAsync(forged, cancellationToken);
        return refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
            ? new(FindingResult.Ok, $"Signed URLs work, and others are refused: {Redirect} can be used.")
            : new(
                FindingResult.Note,
                $"A URL that was changed after it was signed gets {(int)refused.StatusCode} instead of 403.");
    }

    /// <summary>Fetches the object, and its second byte. Returns what is wrong, or null.</summary>
    static async Task<string?> FindFaultAsync(
        HttpClient http, Uri url, byte[] bytes, CancellationToken cancellationToken)
    {
        using var whole = await http.GetAsync(url, cancellationToken);
        if (whole.StatusCode is not HttpStatusCode.OK)
            return $"gets {(int)whole.StatusCode}";
        if (!(await whole.Content.ReadAsByteArrayAsync(cancellationToken)).AsSpan().SequenceEqual(bytes))
            return "gets other bytes";
        using var request = new HttpRequestMessage(HttpMethod.Get, url)
        {
            Headers = { Range = new RangeHeaderValue(1, 1) },
        };
        using var range = await http.SendAsync(request, cancellationToken);
        return range.StatusCode is HttpStatusCode.PartialContent
            && (await range.Content.ReadAsByteArrayAsync(cancellationToken)).AsSpan().SequenceEqual(bytes.AsSpan(1, 1))
                ? null : "does not allow to read a part";
    }
}
