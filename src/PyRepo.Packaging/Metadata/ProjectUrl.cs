namespace PyRepo.Packaging.Metadata;

/// <summary>A label and a URL of the field Project-URL.</summary>
public readonly record struct ProjectUrl(string Label, string Url);
