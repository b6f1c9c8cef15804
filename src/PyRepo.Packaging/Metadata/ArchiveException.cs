namespace PyRepo.Packaging.Metadata;

/// <summary>An archive is broken, malicious, or not what its name says. The message is meant for the person who
/// uploaded it.</summary>
public sealed class ArchiveException(string message, Exception? inner = null) : Exception(message, inner);
