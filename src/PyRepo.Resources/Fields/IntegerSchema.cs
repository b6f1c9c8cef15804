namespace PyRepo.Resources.Fields;

/// <summary>A whole number within bounds, both included.</summary>
public sealed record IntegerSchema(long Minimum, long Maximum) : Schema;
