namespace PyRepo.Resources.Fields;

/// <summary>True or false.</summary>
public sealed record BooleanSchema : Schema;
