namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// Something that belongs to a file is damaged. The caller may read the file, so the message is for the caller, too.
/// </summary>
sealed class DamagedFileException(string message) : Exception(message);
