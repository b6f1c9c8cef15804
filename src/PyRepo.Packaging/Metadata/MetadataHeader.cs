namespace PyRepo.Packaging.Metadata;

/// <summary>One header of a metadata document: its name in small letters, its value with continuation lines as they
/// stand.</summary>
readonly record struct MetadataHeader(string Name, string Value);
