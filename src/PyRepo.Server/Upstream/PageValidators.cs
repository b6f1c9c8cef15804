namespace PyRepo.Server.Upstream;

/// <summary>What makes a page recognisable to the upstream that gave it (RFC 9110 §8.8).</summary>
sealed record PageValidators(string? ETag, string? LastModified)
{
    /// <summary>Whether there is nothing to recognise the page by.</summary>
    public bool IsEmpty => ETag is null && LastModified is null;
}
