using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>
/// Signs requests without a body (AWS Signature Version 4). The key for a day is kept: it costs four times as much as a
/// signature.
/// </summary>
sealed class SignatureV4(string region)
{
    /// <summary>The SHA-256 of no bytes.</summary>
    const string NoBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    volatile DayKey? _key;

    /// <summary>Adds the headers of a signature.</summary>
    /// <param name="request">The request. Its URL is in canonical form: escaped, with a sorted query.</param>
    /// <param name="credentials">The credentials to sign with.</param>
    /// <param name="now">The time of the request.</param>
    public void Sign(HttpRequestMessage request, ImmutableCredentials credentials, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = time[..8];
        var url = request.RequestUri!;
        var host = url.IsDefaultPort
            ? url.IdnHost
            : string.Create(CultureInfo.InvariantCulture, $"{url.IdnHost}:{url.Port}");
        var names = "host;x-amz-content-sha256;x-amz-date" + (credentials.UseToken ? ";x-amz-security-token" : "");
        var token = credentials.UseToken ? $"x-amz-security-token:{credentials.Token}\n" : "";
        var canonical = $"{request.Method.Method}\n{url.AbsolutePath}\n{url.Query.TrimStart('?')}\n"
            + $"host:{host}\nx-amz-content-sha256:{NoBody}\n"
            + $"x-amz-date:{time}\n{token}\n{names}\n{NoBody}";
        var scope = $"{day}/{region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = Hex(HMACSHA256.HashData(GetKey(credentials, day), Encoding.UTF8.GetBytes(toSign)));

        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", NoBody);
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        if (credentials.UseToken)
            request.Headers.TryAddWithoutValidation("x-amz-security-token", credentials.Token);
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={credentials.AccessKey}/{scope}, SignedHeaders={names}, "
            + $"Signature={signature}");
    }

    /// <summary>Returns a name as the path of a URL, which a signature must cover byte by byte.</summary>
    public static string EscapePath(string name) =>
        Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal);

    byte[] GetKey(ImmutableCredentials credentials, string day)
    {
        if (_key is { } kept && kept.Day == day && kept.Secret == credentials.SecretKey)
            return kept.Key;
        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey);
        foreach (var part in (ReadOnlySpan<string>)[day, region, "s3", "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        _key = new(day, credentials.SecretKey, key);
        return key;
    }

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    sealed record DayKey(string Day, string Secret, byte[] Key);
}
