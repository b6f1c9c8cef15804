namespace PyRepo.Storage;

/// <summary>A read or a write that the medium of a store failed.</summary>
/// <param name="At">When.</param>
/// <param name="Key">The key or the folder that it was about.</param>
/// <param name="Message">What the system said.</param>
/// <param name="Count">How many there were since the store was opened, with this one.</param>
public sealed record StoreFailure(DateTimeOffset At, string Key, string Message, long Count);
