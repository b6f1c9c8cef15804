namespace PyRepo.Advisories;

/// <summary>Takes a document.</summary>
delegate void DocumentAction(ReadOnlySpan<byte> json);
