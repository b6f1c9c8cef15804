namespace PyRepo.Resources.Manifests;

/// <summary>A text with manifests: YAML with any number of documents, or JSON.</summary>
/// <param name="Name">What problems call it: a file's path as the user gave it.</param>
/// <param name="Text">The text; a byte order mark may stand before it.</param>
public sealed record ManifestSource(string Name, string Text);
