namespace PyRepo.Packaging.Simple;

/// <summary>A page of an index cannot be read: it is broken, or its API version is not supported.</summary>
public sealed class PageFormatException(string message, Exception? inner = null) : Exception(message, inner);
