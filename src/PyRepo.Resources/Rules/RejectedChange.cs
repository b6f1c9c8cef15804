namespace PyRepo.Resources.Rules;

/// <summary>A rejected change: the path of its field, relative to the compared value, and the reason.</summary>
public sealed record RejectedChange(string FieldPath, string Message);
