namespace PyRepo.Storage;

/// <summary>The store is not where it was opened: its medium was removed or replaced. Nothing was changed.</summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : IOException(message, cause);
