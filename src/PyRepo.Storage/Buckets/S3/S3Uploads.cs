using System.Globalization;
using System.Net;
using System.Security;
using System.Text;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>Writes objects in parts.</summary>
sealed class S3Uploads(S3Connection connection, S3Reads reads)
{
    /// <inheritdoc cref="IBucketClient.BeginUploadAsync"/>
    public async Task<string> BeginAsync(string name, CancellationToken cancellationToken)
    {
        var request = new S3Request(HttpMethod.Post, name)
        {
            Query = [("uploads", "")],
            // It says which type the object has.
            Body = new BucketBody(default),
            Headers = connection.Settings.EncryptionHeaders,
        };
        var begun = await connection.SendAsync(request, "InitiateMultipartUploadResult", cancellationToken);
        return begun["UploadId"] ?? throw connection.Errors.NotS3("an upload without an id");
    }

    /// <inheritdoc cref="IBucketClient.PutPartAsync"/>
    public Task<string> PutPartAsync(
        string name, string upload, int number, BucketBody body, CancellationToken cancellationToken)
    {
        var request = new S3Request(HttpMethod.Put, name)
        {
            Query = [("partNumber", number.ToString(CultureInfo.InvariantCulture)), ("uploadId", upload)],
            Body = body,
        };
        return connection.SendAsync(
            request,
            (response, _) => Task.FromResult(
                S3Tag.Find(response) ?? throw connection.Errors.NotS3("a part without an ETag")),
            cancellationToken);
    }

    /// <inheritdoc cref="IBucketClient.CompleteUploadAsync"/>
    public async Task<StoredObject> CompleteAsync(
        string name, string upload, IReadOnlyList<string> parts, BucketBody last, WriteCondition condition,
        CancellationToken cancellationToken)
    {
        string[] tags = [.. parts, await PutPartAsync(name, upload, parts.Count + 1, last, cancellationToken)];
        var request = new S3Request(HttpMethod.Post, name)
        {
            Query = [("uploadId", upload)],
            Body = new BucketBody(GetList(tags)),
            BodyType = "application/xml",
            Condition = condition,
        };
        try
        {
            var tag = await connection.SendAsync(
                request, (response, token) => ReadTagAsync(request, response, token), cancellationToken);
            var length = (long)parts.Count * S3BucketClient.LengthOfParts + last.Length;
            var version = tag.Length > 0 ? S3Tag.Parse(tag) : S3Tag.OfParts(tags)
                ?? throw connection.Errors.NotS3("an upload without an ETag");
            return new(name, length, version, connection.Now);
        }
        catch (BucketException error) when (error.Code == "NoSuchUpload" && condition == WriteCondition.None)
        {
            // Perhaps it was completed, and the answer was lost.
            if (await reads.HeadAsync(name, cancellationToken) is { } found && found.Version == S3Tag.OfParts(tags))
                return found;
            throw;
        }
    }

    /// <inheritdoc cref="IBucketClient.AbortUploadAsync"/>
    public async Task AbortAsync(string name, string upload, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync(
                new S3Request(HttpMethod.Delete, name) { Query = [("uploadId", upload)] }, cancellationToken);
        }
        catch (BucketException error) when (error.Code == "NoSuchUpload")
        {
        }
    }

    /// <inheritdoc cref="IBucketClient.AbortUploadsAsync"/>
    /// <remarks>
    /// MinIO lists uploads only for a whole name, so nothing is found there. It discards them itself after a day.
    /// </remarks>
    public async Task AbortBeforeAsync(string prefix, DateTimeOffset before, CancellationToken cancellationToken)
    {
        string? nameMarker = null, idMarker = null;
        (string?, string?) last;
        do
        {
            last = (nameMarker, idMarker);
            var request = new S3Request(HttpMethod.Get, null)
            {
                Query =
                [
                    ("uploads", ""), ("prefix", prefix), ("key-marker", nameMarker), ("upload-id-marker", idMarker),
                ],
            };
            var page = await connection.SendAsync(request, "ListMultipartUploadsResult", cancellationToken);
            foreach (var item in page.GetItems("Upload"))
            {
                if (S3Tag.ParseTime(item.GetValueOrDefault("Initiated")) < before
                    && item.TryGetValue("Key", out var key) && item.TryGetValue("UploadId", out var id))
                {
                    await AbortAsync(key, id, cancellationToken);
                }
            }
            (nameMarker, idMarker) = page["IsTruncated"] == "true"
                ? (page["NextKeyMarker"], page["NextUploadIdMarker"])
                : default;
        }
        while (nameMarker is not null && (nameMarker, idMarker) != last);
    }

    static byte[] GetList(string[] tags)
    {
        var xml = new StringBuilder("""<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">""");
        for (var index = 0; index < tags.Length; index++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<Part><PartNumber>{index + 1}</PartNumber><ETag>");
            xml.Append(SecurityElement.Escape(tags[index])).Append("</ETag></Part>");
        }
        return Encoding.UTF8.GetBytes(xml.Append("</CompleteMultipartUpload>").ToString());
    }

    /// <summary>
    /// Returns the ETag, which Ceph 16 leaves empty. S3 keeps the connection alive with a 200, and may then report an error.
    /// </summary>
    async Task<string> ReadTagAsync(
        S3Request request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var document = await S3Document.ReadAsync(response, cancellationToken);
        if (document["ETag"] is { } tag)
            return tag;
        if (document.Root == "CompleteMultipartUploadResult")
            return "";
        var code = document["Code"] ?? "InternalError";
        var status = code switch
        {
            "PreconditionFailed" => HttpStatusCode.PreconditionFailed,
            "ConditionalRequestConflict" => HttpStatusCode.Conflict,
            _ => response.StatusCode,
        };
        throw S3Condition.FindError(request, status, code) ?? connection.Errors.From(
            status, code, document["Message"] ?? "The upload was not completed.", document["Region"]);
    }
}
