namespace PyRepo.Storage;

/// <summary>An object is not there, or was replaced, although the caller had reason to expect it.</summary>
public sealed class ObjectNotFoundException(string message) : IOException(message);
