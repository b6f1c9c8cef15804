namespace PyRepo.Storage;

/// <summary>
/// The store cannot be used at the moment: its medium was removed or replaced, or failed. A change that was on its way
/// may have been made or not.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
