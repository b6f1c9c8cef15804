namespace PyRepo.Resources.Manifests;

/// <summary>A text with manifests: YAML with any number of documents, or JSON.</summary>
/// <param name="Name">The name in problems: the path of a file as the user wrote it.</param>
/// <param name="Text">The text, with an optional byte order mark.</param>
public sealed record ManifestSource(string Name, string Text)
{
    /// <summary>What a file of ours contains, however broken it is.</summary>
    public const string Mark = $"{Resource.Group}/";

    /// <summary>
    /// Whether the file was found in a folder. A folder may hold files of other programs: values of a Helm chart, a
    /// template, a Compose file.
    /// </summary>
    public bool IsFromFolder { get; init; }

    /// <summary>Whether the file belongs to another program, as far as one can tell without reading it.</summary>
    public bool IsForeign => IsFromFolder && !Text.Contains(Mark, StringComparison.Ordinal);
}
