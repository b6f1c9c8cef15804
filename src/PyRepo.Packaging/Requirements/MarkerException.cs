namespace PyRepo.Packaging.Requirements;

/// <summary>A valid marker has no value: it compares what cannot be compared, or names an undefined variable.</summary>
public sealed class MarkerException(string message) : Exception(message);
