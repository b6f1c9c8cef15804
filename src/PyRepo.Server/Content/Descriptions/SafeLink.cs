namespace PyRepo.Server.Content.Descriptions;

/// <summary>The addresses that a description, or another part of a package's metadata, may link to.</summary>
static class SafeLink
{
    /// <summary>The <c>rel</c> of such a link: it neither recommends the target nor tells it anything.</summary>
    public const string Relations = "nofollow noopener noreferrer ugc";

    const int MaxLength = 2_000;

    /// <summary>Returns an address outside of this server in its normal form, or null if a description may not link
    /// there: anything but http, https and mailto, and what is relative to this server's page.</summary>
    public static string? External(string? address) =>
        Parse(address) is { } uri && (IsWeb(uri) || uri.Scheme == Uri.UriSchemeMailto) ? uri.AbsoluteUri : null;

    /// <summary>Returns the address of an image in its normal form, or null if it is not on the web.</summary>
    public static string? OfImage(string? address) =>
        Parse(address) is { } uri && IsWeb(uri) ? uri.AbsoluteUri : null;

    /// <summary>A user name in the address only makes it look like another site's.</summary>
    static bool IsWeb(Uri uri) =>
        (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.UserInfo.Length == 0;

    static Uri? Parse(string? address)
    {
        var trimmed = address?.Trim();
        // A browser drops line breaks and tabs from an address, so what it follows would not be what was checked.
        return trimmed is { Length: > 0 and <= MaxLength } && !trimmed.Any(char.IsControl)
            && Uri.TryCreate(trimmed, UriKind.Absolute, out var uri)
            ? uri
            : null;
    }
}
