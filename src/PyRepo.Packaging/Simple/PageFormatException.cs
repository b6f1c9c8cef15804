namespace PyRepo.Packaging.Simple;

/// <summary>A page of an index that cannot be read: broken, or of an api-version that is not known. The message is
/// one sentence.</summary>
public sealed class PageFormatException(string message, Exception? inner = null) : Exception(message, inner);
