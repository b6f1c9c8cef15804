using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>Signs URLs with which anybody may read an object for a time (V4 signatures).</summary>
static class GcsUrlSigner
{
    static readonly TimeSpan _longest = TimeSpan.FromDays(7);

    /// <summary>Signs a URL.</summary>
    /// <param name="settings">The bucket.</param>
    /// <param name="account">Who signs.</param>
    /// <param name="name">The object.</param>
    /// <param name="now">The time.</param>
    /// <param name="validFor">For how long the URL is valid: seven days at most.</param>
    public static Uri Sign(
        GcsBucketSettings settings, GcsServiceAccount account, string name, DateTimeOffset now, TimeSpan validFor)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/auto/storage/goog4_request";
        var seconds = (long)Math.Clamp(validFor.TotalSeconds, 1, _longest.TotalSeconds);
        var path = $"{settings.Endpoint.AbsolutePath.TrimEnd('/')}/{settings.Bucket}/{Escape(name)}";
        // Sorted by name, as the signature wants it.
        var query = "X-Goog-Algorithm=GOOG4-RSA-SHA256"
            + $"&X-Goog-Credential={Uri.EscapeDataString($"{account.Email}/{scope}")}"
            + $"&X-Goog-Date={time}&X-Goog-Expires={seconds}&X-Goog-SignedHeaders=host";
        var request = $"GET\n{path}\n{query}\nhost:{settings.Endpoint.Authority}\n\nhost\nUNSIGNED-PAYLOAD";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)));
        var signature = Convert.ToHexStringLower(
            account.Sign(Encoding.UTF8.GetBytes($"GOOG4-RSA-SHA256\n{time}\n{scope}\n{hash}")));
        return new(
            $"{settings.Endpoint.GetLeftPart(UriPartial.Authority)}{path}?{query}&X-Goog-Signature={signature}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    static string Escape(string name) =>
        Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal);
}
