using System.Text;

namespace PyRepo.Server.Access;

/// <summary>A name and a password as HTTP Basic carries them (RFC 7617).</summary>
readonly record struct BasicCredentials(string User, string Password)
{
    static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads the Authorization header. requests sends Latin-1, httpx and uv UTF-8: bytes that are no UTF-8 are Latin-1.
    /// </summary>
    public static bool TryParse(string? header, out BasicCredentials credentials)
    {
        credentials = default;
        const string scheme = "Basic ";
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out var length))
            return false;
        var text = Decode(bytes.AsSpan(0, length));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return false;
        credentials = new(text[..colon], text[(colon + 1)..]);
        return true;
    }

    static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
