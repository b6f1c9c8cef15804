namespace PyRepo.Packaging.Requirements;

/// <summary>A marker that is written well but has no value: it compares what cannot be compared, or names a variable
/// that is not there.</summary>
public sealed class MarkerException(string message) : Exception(message);
