namespace PyRepo.Server.Access;

/// <summary>Where a login comes from, and what it is for.</summary>
/// <param name="Address">The client's address.</param>
/// <param name="Connection">The identifier of the connection.</param>
/// <param name="Request">The request with the credentials. The default is no request.</param>
readonly record struct LoginSource(string Address, string Connection, RequestLine Request = default);
