namespace PyRepo.Resources.Fields;

/// <summary>An integer within inclusive bounds.</summary>
public sealed record IntegerSchema(long Minimum, long Maximum) : Schema;
