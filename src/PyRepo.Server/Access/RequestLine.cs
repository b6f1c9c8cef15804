namespace PyRepo.Server.Access;

/// <summary>The method and the target of a request. A token that names them is good for no other request.</summary>
/// <param name="Method">The method, in upper case.</param>
/// <param name="Target">The path and the query, exactly as they are sent.</param>
readonly record struct RequestLine(string Method, string Target)
{
    /// <summary>Whether the same request may be sent twice.</summary>
    public bool IsSafe => Method is "GET" or "HEAD";
}
