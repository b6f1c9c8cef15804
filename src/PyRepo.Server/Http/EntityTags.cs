namespace PyRepo.Server.Http;

/// <summary>Entity tags and the headers that compare them (RFC 9110 §8.8.3, §13.1).</summary>
static class EntityTags
{
    /// <summary>Whether an If-None-Match header names a tag, by weak comparison.</summary>
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
