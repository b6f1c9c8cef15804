namespace PyRepo.Resources.Rules;

/// <summary>A change that is not allowed: its field, relative to the value that was compared, and why.</summary>
public sealed record RejectedChange(string FieldPath, string Message);
