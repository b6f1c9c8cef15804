namespace PyRepo.Server.Proxies.Advisories;

/// <summary>Takes a document.</summary>
delegate void DocumentAction(ReadOnlySpan<byte> json);
