namespace PyRepo.Server.Endpoints.Files;

/// <summary>The disk could not read a file that was being sent.</summary>
/// <param name="message">The known facts about the cause.</param>
public sealed class FileReadException(string message) : IOException(message);
