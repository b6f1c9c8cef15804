using System.Security.Cryptography;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>
/// Remembers when the signing key of each namespace changed. Other servers get a new key a little earlier or later, so
/// that this one goes on signing with the previous one for some minutes, which all of them accept.
/// </summary>
sealed class SigningKeyHistory(TimeProvider clock)
{
    /// <summary>A kubelet brings a changed Secret to a pod within two minutes. The overlap is an hour.</summary>
    static readonly TimeSpan _delay = TimeSpan.FromMinutes(10);

    readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Returns until when to sign with the previous key.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="current">Its key.</param>
    /// <param name="previous">The key before, or null.</param>
    public DateTimeOffset PreviousUntil(string ns, byte[] current, byte[]? previous)
    {
        var digest = GetDigest(current);
        if (_known.TryGetValue(ns, out var known) && known.Digest == digest)
            return known.PreviousUntil;
        var isRotation = known is not null && previous is not null && GetDigest(previous) == known.Digest;
        var until = isRotation ? clock.GetUtcNow() + _delay : DateTimeOffset.MinValue;
        _known[ns] = new Known(digest, until);
        return until;
    }

    static string GetDigest(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key));

    sealed record Known(string Digest, DateTimeOffset PreviousUntil);
}
