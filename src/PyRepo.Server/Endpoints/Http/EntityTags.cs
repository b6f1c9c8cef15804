namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Compares entity tags (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3">RFC 9110, section
/// 8.8.3</see>) with the conditional request headers
/// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-13.1">section 13.1</see>).
/// </summary>
static class EntityTags
{
    /// <summary>Returns whether an If-None-Match header names a tag, using weak comparison.</summary>
    public static bool AnyMatches(string header, string tag)
    {
        foreach (var range in header.AsSpan().Split(','))
        {
            var candidate = header.AsSpan(range).Trim();
            if (candidate is "*")
                return true;
            if (candidate.StartsWith("W/"))
                candidate = candidate[2..];
            if (candidate.SequenceEqual(tag))
                return true;
        }
        return false;
    }
}
