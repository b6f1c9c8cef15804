namespace PyRepo.Packaging.Metadata;

/// <summary>An archive that is not what its name promises, broken, or made to harm. The message is one sentence for
/// the person who uploaded it.</summary>
public sealed class ArchiveException(string message, Exception? inner = null) : Exception(message, inner);
