using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Access;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// The body of a request that the server of a group sends. It ends with a proof that this server sent all of it, with
/// this token: see <see cref="MemberTokens.SignBody"/>. The proof is not passed on, and without it there is no end.
/// </summary>
/// <param name="body">The body with the proof.</param>
/// <param name="tokens">Verifies the proof.</param>
/// <param name="token">The token of the request, which is valid.</param>
sealed class SignedBody(Stream body, MemberTokens tokens, string token) : AsyncForwardStream
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The last bytes that have arrived, which may be the proof.</summary>
    readonly byte[] _last = new byte[MemberTokens.BodyProofLength];
    int _length;
    bool _isVerified;

    /// <summary>Reads what has arrived, or waits for it.</summary>
    /// <exception cref="BadHttpRequestException">The body is not the one that the group's server sent.</exception>
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _isVerified)
            return 0;
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            var ready = Rotate(buffer.Span, read);
            if (ready == 0)
                continue;
            _hash.AppendData(buffer.Span[..ready]);
            return ready;
        }
        if (_length < _last.Length || !CryptographicOperations.FixedTimeEquals(
            tokens.SignBody(token, _hash.GetHashAndReset()), _last))
        {
            throw new BadHttpRequestException("The body is not complete, or not what the group's server sent.");
        }
        _isVerified = true;
        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Keeps the last bytes, and puts what came before them to the beginning of the buffer.</summary>
    /// <returns>How many bytes came before them.</returns>
    int Rotate(Span<byte> buffer, int read)
    {
        Span<byte> kept = stackalloc byte[MemberTokens.BodyProofLength];
        _last.AsSpan(0, _length).CopyTo(kept);
        var before = _length;
        var ready = Math.Max(0, before + read - _last.Length);
        if (ready == 0)
        {
            buffer[..read].CopyTo(_last.AsSpan(before));
            _length += read;
            return 0;
        }
        var fromKept = Math.Min(ready, before);
        var fromRead = ready - fromKept;
        _length = _last.Length;
        kept[fromKept..before].CopyTo(_last);
        buffer[fromRead..read].CopyTo(_last.AsSpan(before - fromKept));
        buffer[..fromRead].CopyTo(buffer[fromKept..]);
        kept[..fromKept].CopyTo(buffer);
        return ready;
    }
}
