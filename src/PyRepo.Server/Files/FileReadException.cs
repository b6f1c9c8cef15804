namespace PyRepo.Server.Files;

/// <summary>The disk could not read a file that was being sent.</summary>
/// <param name="error">What the system said.</param>
public sealed class FileReadException(Exception error) : IOException(error.Message, error);
