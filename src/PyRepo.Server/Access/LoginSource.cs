namespace PyRepo.Server.Access;

/// <summary>Where a login comes from.</summary>
/// <param name="Address">The client's address.</param>
/// <param name="Connection">The identifier of the connection.</param>
readonly record struct LoginSource(string Address, string Connection);
