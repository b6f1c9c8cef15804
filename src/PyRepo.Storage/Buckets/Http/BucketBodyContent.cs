using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>The bytes of a request, sent in flat memory.</summary>
static class BucketBodyContent
{
    const int BufferLength = 128 * 1024;

    /// <summary>Creates the content of a body from an offset.</summary>
    public static HttpContent Create(BucketBody body, long start = 0)
    {
        var bytes = body.Open();
        bytes.Position = start;
        return new StreamContent(bytes, BufferLength)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") },
        };
    }
}
