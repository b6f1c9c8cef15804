namespace PyRepo.Testing.Cluster;

/// <summary>A moment in an <see cref="AuditLog"/>.</summary>
/// <param name="Offset">The length of the log then, in bytes.</param>
/// <param name="Time">The moment.</param>
public readonly record struct AuditMark(long Offset, DateTimeOffset Time);
