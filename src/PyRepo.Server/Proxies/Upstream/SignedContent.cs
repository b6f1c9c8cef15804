using System.Net;
using System.Security.Cryptography;
using PyRepo.Server.Access;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// The body of a request to a group's member, as it is, and then a proof that all of it was sent with this request's
/// token. So nobody on the way can put another body in its place.
/// </summary>
/// <param name="content">The body.</param>
/// <param name="tokens">Signs the proof.</param>
/// <param name="token">The token of the request.</param>
sealed class SignedContent(HttpContent content, MemberTokens tokens, string token) : HttpContent
{
    /// <summary>Returns the signed body of a request, with the headers of the body.</summary>
    public static SignedContent From(HttpContent content, MemberTokens tokens, string token)
    {
        var signed = new SignedContent(content, tokens, token);
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            if (name != "Content-Length")
                signed.Headers.TryAddWithoutValidation(name, values);
        }
        return signed;
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, default);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var hashed = new HashingStream(stream);
        await content.CopyToAsync(hashed, context, cancellationToken);
        await stream.WriteAsync(tokens.SignBody(token, hashed.GetHash()), cancellationToken);
    }

    /// <summary>The length is not stated, so that a body may end early.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Passes on what is written, and hashes it.</summary>
    sealed class HashingStream(Stream stream) : Stream
    {
        readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public byte[] GetHash() => _hash.GetHashAndReset();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _hash.AppendData(buffer.Span);
            await stream.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
