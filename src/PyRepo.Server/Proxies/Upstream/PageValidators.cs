namespace PyRepo.Server.Proxies.Upstream;

/// <summary>
/// The validators by which upstream recognizes a page that it sent
/// (<see href="https://www.rfc-editor.org/rfc/rfc9110#section-8.8">RFC 9110 §8.8</see>).
/// </summary>
sealed record PageValidators(string? ETag, string? LastModified)
{
    /// <summary>Whether the page has no validators.</summary>
    public bool IsEmpty => ETag is null && LastModified is null;
}
