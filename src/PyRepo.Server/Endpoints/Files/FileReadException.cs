namespace PyRepo.Server.Endpoints.Files;

/// <summary>The disk could not read a file that was being sent.</summary>
/// <param name="message">What is known of the cause.</param>
public sealed class FileReadException(string message) : IOException(message);
