using System.Globalization;
using System.Net;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Sends large objects in parts, one after the other: resumable uploads.</summary>
/// <remarks>
/// The condition of an object is a part of the request that starts an upload, and is judged when the last part was
/// sent. Which one the caller will want is not known at the start, so the upload is bound to what is there then.
/// </remarks>
sealed class GcsUploads(GcsRequests requests, GcsDownloads downloads)
{
    /// <summary>The length of the parts: a multiple of 256 KiB.</summary>
    public const int PartLength = 16 * 1024 * 1024;

    /// <summary>Starts an upload. Returns its id.</summary>
    public async Task<string> BeginAsync(string name, CancellationToken cancellationToken)
    {
        var current = (await downloads.HeadAsync(name, cancellationToken))?.Version.Value ?? GcsUploadId.Absent;
        using var response = await requests.SendAsync(
            HttpMethod.Post, $"{requests.Uploads("resumable", name)}&ifGenerationMatch={current}", cancellationToken,
            prepare: headers => headers.Add("X-Upload-Content-Type", "application/octet-stream"));
        await requests.CheckAsync(response, cancellationToken);
        return response.Headers.Location is { IsAbsoluteUri: true } session
            ? new GcsUploadId(current, session).ToString()
            : throw new BucketException("InvalidResponse", "The answer to the start of an upload has no location.");
    }

    /// <summary>Sends a part that is not the last.</summary>
    public async Task<string> PutAsync(string upload, int number, BucketBody body, CancellationToken cancellationToken)
    {
        await new GcsUploadPart(requests, GcsUploadId.Parse(upload), (number - 1L) * PartLength, body, isLast: false)
            .SendAsync(cancellationToken);
        return number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Sends the last part.</summary>
    public async Task<StoredObject> CompleteAsync(
        string name, string upload, int parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken)
    {
        var id = GcsUploadId.Parse(upload);
        if (!id.Allows(condition))
        {
            condition.Check(name, await downloads.HeadAsync(name, cancellationToken));
            throw WrittenMeanwhile(name, null);
        }
        try
        {
            var written = await new GcsUploadPart(requests, id, (long)parts * PartLength, last, isLast: true)
                .SendAsync(cancellationToken);
            return written!.ToStoredObject();
        }
        catch (PreconditionFailedException error) when (condition == WriteCondition.None)
        {
            throw WrittenMeanwhile(name, error);
        }
    }

    /// <summary>Discards an upload.</summary>
    public async Task AbortAsync(string upload, CancellationToken cancellationToken)
    {
        using var response = await requests.Sender.SendAsync(
            _ => new(new HttpRequestMessage(HttpMethod.Delete, GcsUploadId.Parse(upload).Session)), mayRepeat: true,
            cancellationToken);
        // 499 is success, and 404 and 410 tell that it is gone.
        if (response.StatusCode is not ((HttpStatusCode)499 or HttpStatusCode.NotFound or HttpStatusCode.Gone))
            await requests.CheckAsync(response, cancellationToken);
    }

    static BucketException WrittenMeanwhile(string name, Exception? error) => new(
        "conditionNotMet", $"Somebody else wrote the object '{name}' during the upload. Send it again.", error)
    { IsTransient = true };
}
