namespace PyRepo.Server.Tests.Files;

/// <summary>An HTTP/1.1 answer as it came over the wire, not complete where the connection ended early.</summary>
sealed record RawAnswer(string Status, long Length, byte[] Body, bool Complete);
