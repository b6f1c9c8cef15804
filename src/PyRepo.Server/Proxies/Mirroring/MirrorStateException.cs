namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>
/// The saved progress of a mirror is missing or damaged. What it keeps is in the store all the same.
/// </summary>
sealed class MirrorStateException(string message, Exception? cause = null) : Exception(message, cause);
