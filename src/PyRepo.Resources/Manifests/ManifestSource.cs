namespace PyRepo.Resources.Manifests;

/// <summary>A text with manifests: YAML with any number of documents, or JSON.</summary>
/// <param name="Name">The name in problems: the path of a file as the user wrote it.</param>
/// <param name="Text">The text, with an optional byte order mark.</param>
public sealed record ManifestSource(string Name, string Text);
