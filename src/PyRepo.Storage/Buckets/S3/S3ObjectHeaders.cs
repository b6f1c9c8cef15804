using System.Globalization;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>The headers that tell the properties of an object.</summary>
static class S3ObjectHeaders
{
    /// <summary>Reads them, or returns null if some are missing.</summary>
    public static StoredObject? Read(string name, HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        if ((content.ContentRange?.Length ?? content.ContentLength) is not { } length
            || !response.Headers.NonValidated.TryGetValues("ETag", out var tag))
        {
            return null;
        }
        return new(name, length, S3Tag.Parse(tag.ToString()), S3Tag.Truncate(LastModifiedOf(response)));
    }

    static DateTimeOffset LastModifiedOf(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Last-Modified", out var values)
        && DateTimeOffset.TryParse(
            values.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : DateTimeOffset.UtcNow;
}
