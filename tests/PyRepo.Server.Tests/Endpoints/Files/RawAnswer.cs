namespace PyRepo.Server.Tests.Endpoints.Files;

/// <summary>An HTTP/1.1 response as it arrived. It is incomplete if the connection ended early.</summary>
sealed record RawAnswer(string Status, long Length, byte[] Body, bool Complete);
