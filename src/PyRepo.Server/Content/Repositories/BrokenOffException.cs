namespace PyRepo.Server.Content.Repositories;

/// <summary>
/// The rest of a file does not come. The repository has logged the cause once, however many read the file.
/// </summary>
sealed class BrokenOffException(string message) : IOException(message);
