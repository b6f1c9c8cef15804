namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// What belongs to a file is damaged. Whoever asks for it may read the file, so that the message is for him, too.
/// </summary>
sealed class DamagedFileException(string message) : Exception(message);
