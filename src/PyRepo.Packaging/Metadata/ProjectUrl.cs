namespace PyRepo.Packaging.Metadata;

/// <summary>A label and URL from the field Project-URL.</summary>
public readonly record struct ProjectUrl(string Label, string Url);
