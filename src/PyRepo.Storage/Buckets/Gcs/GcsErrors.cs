using System.Globalization;
using System.Net;
using System.Text.Json;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Says what a response without success means.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="endpoint">Where it is, for messages.</param>
sealed class GcsErrors(string bucket, string endpoint)
{
    string NoBucket => $"There is no bucket '{bucket}' at {endpoint}. Create it, or correct its name.";

    /// <summary>The exception for a response.</summary>
    public async Task<Exception> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await BucketErrorText.ReadAsync(response, cancellationToken);
        var (reason, message) = Parse(text);
        var status = response.StatusCode;
        var code = reason ?? ((int)status).ToString(CultureInfo.InvariantCulture);
        var said = BucketErrorText.Shorten(message);
        if (status == HttpStatusCode.PreconditionFailed && reason is null or "conditionNotMet")
            return new PreconditionFailedException($"An object of the bucket '{bucket}' was changed by somebody else.");
        if (status == HttpStatusCode.InsufficientStorage)
            return new StoreFullException($"{endpoint} has no room in the bucket '{bucket}': {said}");
        return new BucketException(code, status switch
        {
            HttpStatusCode.Unauthorized =>
                $"{endpoint} does not accept the credentials for the bucket '{bucket}': {said} Check that the service "
                + "account still exists and the key was not deleted.",
            HttpStatusCode.Forbidden =>
                $"{endpoint} denies access to the bucket '{bucket}': {said} Grant the service account the role "
                + "'Storage Object User' (roles/storage.objectUser) on it.",
            HttpStatusCode.NotFound => NoBucket,
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed =>
                $"{endpoint} refuses the request for the bucket '{bucket}': {said}",
            HttpStatusCode.TooManyRequests =>
                $"{endpoint} is rate-limiting requests to the bucket '{bucket}': {said}",
            _ => $"{endpoint} answers {(int)status} for the bucket '{bucket}': {said}",
        })
        {
            IsTransient = BucketRequestSender.IsTransient(status),
            IsThrottled = status is HttpStatusCode.TooManyRequests,
        };
    }

    /// <summary>Returns the exception for a 404 if the bucket is missing, or null if only the object is.</summary>
    /// <remarks>Fake-gcs-server says the same for both.</remarks>
    public async Task<Exception?> ReadMissingAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (reason, message) = Parse(await BucketErrorText.ReadAsync(response, cancellationToken));
        return message.Contains("bucket does not exist", StringComparison.OrdinalIgnoreCase)
            ? new BucketException(reason ?? "notFound", NoBucket)
            : null;
    }

    static (string? Reason, string Message) Parse(string text)
    {
        try
        {
            var error = JsonSerializer.Deserialize(text, GcsJson.Default.GcsErrorDocument)?.Error;
            if (error is not null)
                return (error.Errors is [{ Reason: { Length: > 0 } reason }, ..] ? reason : null, error.Message ?? "");
        }
        catch (JsonException)
        {
        }
        // A download is answered with plain text, and a part of the service with XML.
        return (null, text.StartsWith('<') ? "" : text);
    }
}

/// <summary>The document of an error.</summary>
sealed record GcsErrorDocument(GcsErrorDetails? Error);

/// <summary>The details of an error.</summary>
sealed record GcsErrorDetails(string? Message, IReadOnlyList<GcsErrorReason>? Errors);

/// <summary>One of the reasons of an error.</summary>
sealed record GcsErrorReason(string? Reason);
