using System.Globalization;
using System.Net;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>
/// Sends a part of a resumable upload. After a failure, the service tells which bytes it has, and gets the others.
/// </summary>
/// <remarks>
/// Fake-gcs-server completes the object when it is asked which bytes it has, so a repetition cannot be tried on it.
/// </remarks>
sealed class GcsUploadPart(GcsRequests requests, GcsUploadId id, long offset, BucketBody body, bool isLast)
{
    const int MaxAttempts = 4;
    const HttpStatusCode Incomplete = (HttpStatusCode)308;

    long _sent;

    string Total => isLast ? (offset + body.Length).ToString(CultureInfo.InvariantCulture) : "*";

    /// <summary>Sends the part. Returns the object if it was the last.</summary>
    public async Task<GcsObject?> SendAsync(CancellationToken cancellationToken)
    {
        var asks = false;
        for (var attempt = 1; ;)
        {
            try
            {
                using var response = await PutAsync(asks, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return await GcsRequests.ReadAsync(response, GcsJson.Default.GcsObject, cancellationToken);
                if (response.StatusCode != Incomplete)
                    throw await FailureAsync(response, cancellationToken);
                var before = _sent;
                _sent = SentBytes(response);
                if (_sent == body.Length && !isLast)
                    return null;
                if (asks || _sent > before)
                {
                    asks = _sent == body.Length;
                    attempt += _sent > before ? 0 : 1;
                    if (attempt <= MaxAttempts)
                        continue;
                }
                throw new BucketException("InvalidResponse", "Google Cloud Storage accepted none of a part's bytes.")
                {
                    IsTransient = true,
                };
            }
            catch (BucketException error) when (error.IsTransient && attempt < MaxAttempts)
            {
                asks = true;
            }
            await requests.Sender.PauseAsync(attempt++, cancellationToken);
        }
    }

    // The URL alone is the permission: no token is sent to wherever the service said that the parts go.
    Task<HttpResponseMessage> PutAsync(bool asks, CancellationToken cancellationToken) => requests.Sender.SendAsync(
        _ =>
        {
            HttpContent content = asks ? new ByteArrayContent([]) : BucketBodyContent.Create(body, _sent);
            var range = asks ? "*" : $"{offset + _sent}-{offset + body.Length - 1}";
            content.Headers.TryAddWithoutValidation("Content-Range", $"bytes {range}/{Total}");
            return new(new HttpRequestMessage(HttpMethod.Put, id.Session) { Content = content });
        },
        mayRepeat: false, cancellationToken);

    /// <summary>
    /// How many bytes of this part the service has: <c>Range: bytes=0-99</c> are the first hundred of all.
    /// </summary>
    long SentBytes(HttpResponseMessage response)
    {
        var all = response.Headers.TryGetValues("Range", out var values)
            && values.First() is var range
            && long.TryParse(range[(range.IndexOf('-', StringComparison.Ordinal) + 1)..],
                NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            ? end + 1
            : 0;
        return all >= offset && all <= offset + body.Length
            ? all - offset
            : throw new BucketException(
                "InvalidResponse", "Google Cloud Storage lost bytes of an upload. Send it again.");
    }

    async Task<Exception> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone
            ? new BucketException(
                "uploadGone", "Google Cloud Storage no longer has the upload. Send it again.")
            : await requests.Errors.ReadAsync(response, cancellationToken);
}

/// <summary>The id of an upload.</summary>
/// <param name="Generation">The version that the object had at the start, or <see cref="Absent"/>.</param>
/// <param name="Session">Where the parts are sent to. Whoever knows it may send them.</param>
readonly record struct GcsUploadId(string Generation, Uri Session)
{
    /// <summary>The number of the version of an object that was not there.</summary>
    public const string Absent = "0";

    /// <summary>Reads the id.</summary>
    public static GcsUploadId Parse(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return new(text[..space], new Uri(text[(space + 1)..]));
    }

    /// <summary>Whether a condition is met by exactly the version that the object had at the start.</summary>
    public bool Allows(WriteCondition condition) =>
        condition.MustBeAbsent ? Generation == Absent
        : condition.Version is not { } version || version.Value == Generation;

    /// <inheritdoc/>
    public override string ToString() => $"{Generation} {Session.OriginalString}";
}
