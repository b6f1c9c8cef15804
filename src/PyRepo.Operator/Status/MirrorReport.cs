namespace PyRepo.Operator.Status;

/// <summary>How far a mirror is.</summary>
public sealed record MirrorReport(int ProjectsDone, int ProjectsTotal, DateTimeOffset? LastSync);
