namespace PyRepo.Packaging.Metadata;

/// <summary>One header of a metadata document: its lowercase name, and its value with unchanged continuation
/// lines.</summary>
readonly record struct MetadataHeader(string Name, string Value);
