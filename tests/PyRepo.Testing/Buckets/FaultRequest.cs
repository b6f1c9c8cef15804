namespace PyRepo.Testing.Buckets;

/// <summary>A request that came to a <see cref="FaultProxy"/>.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, unescaped: <c>/bucket/name</c>.</param>
/// <param name="Query">Its query, empty or with the question mark.</param>
/// <param name="Number">How many with this method and path came so far, from 1.</param>
public sealed record FaultRequest(string Method, string Path, string Query, int Number)
{
    /// <summary>Whether the service changes something.</summary>
    public bool IsWrite => Method is "PUT" or "POST" or "DELETE";
}
