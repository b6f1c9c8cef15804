namespace PyRepo.Storage;

/// <summary>The outcome of an attempt to acquire a lease.</summary>
/// <param name="Lease">The lease, or null if another process has it.</param>
/// <param name="Holder">Which process has it: <c>the process 4711</c>, or null if nobody else does.</param>
public readonly record struct LeaseAttempt(StoreLease? Lease, string? Holder);
