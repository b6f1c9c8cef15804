using System.Net;

namespace PyRepo.Storage.Buckets.Http;

/// <summary>A request's body. Each part of it that was sent restarts the request's time limit.</summary>
sealed class ProgressContent : HttpContent
{
    readonly HttpContent _inner;
    readonly CancellationTokenSource _limit;
    readonly TimeSpan _timeout;

    public ProgressContent(HttpContent inner, CancellationTokenSource limit, TimeSpan timeout)
    {
        (_inner, _limit, _timeout) = (inner, limit, timeout);
        foreach (var (name, values) in inner.Headers.NonValidated)
            Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values);
        Headers.ContentLength = inner.Headers.ContentLength;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _inner.CopyToAsync(new ProgressStream(stream, Restart), context, cancellationToken);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = Headers.ContentLength ?? 0;
        return Headers.ContentLength is not null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    void Restart()
    {
        try
        {
            _limit.CancelAfter(_timeout);
        }
        catch (ObjectDisposedException)
        {
            // The answer came before the end of the body.
        }
    }
}
