namespace PyRepo.Server.Connections;

/// <summary>How many connections to a port may be open at once.</summary>
/// <param name="Count">The number.</param>
/// <param name="Port">What the port is for, for the log.</param>
sealed record ConnectionLimit(int Count, string Port);
