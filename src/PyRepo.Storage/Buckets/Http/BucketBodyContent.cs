using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>The bytes of a request, sent in flat memory.</summary>
sealed class BucketBodyContent : HttpContent
{
    const int BufferLength = 128 * 1024;

    readonly BucketBody _body;
    readonly long _start;

    /// <summary>The bytes of a body from an offset.</summary>
    public BucketBodyContent(BucketBody body, long start = 0)
    {
        (_body, _start) = (body, start);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>Is called whenever some bytes were sent.</summary>
    public Action? Progressed { get; set; }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var source = _body.Open();
        source.Position = _start;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                Progressed?.Invoke();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length - _start;
        return true;
    }
}
