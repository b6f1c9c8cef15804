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
        using var sha256 = SHA256.Create();
        // Not disposed: where the body breaks off, that would flush a stream that is broken, too.
        var hashed = new CryptoStream(stream, sha256, CryptoStreamMode.Write, leaveOpen: true);
        await content.CopyToAsync(hashed, context, cancellationToken);
        await hashed.FlushFinalBlockAsync(cancellationToken);
        await stream.WriteAsync(tokens.SignBody(token, sha256.Hash!), cancellationToken);
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
}
