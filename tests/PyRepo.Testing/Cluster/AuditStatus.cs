namespace PyRepo.Testing.Cluster;

/// <summary>How it ended.</summary>
public sealed record AuditStatus(int Code);
