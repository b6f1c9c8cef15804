using System.Net;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>A request's body that reports each part of it that was sent.</summary>
sealed class ProgressContent : HttpContent
{
    readonly HttpContent _inner;
    readonly Action _progressed;

    public ProgressContent(HttpContent inner, Action progressed)
    {
        (_inner, _progressed) = (inner, progressed);
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
        _inner.CopyToAsync(new ProgressStream(stream, _progressed), context, cancellationToken);

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
}
