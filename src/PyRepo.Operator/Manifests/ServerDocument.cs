namespace PyRepo.Operator.Manifests;

/// <summary>A file for a server.</summary>
/// <param name="Key">Its key in the ConfigMap, where a slash is not allowed.</param>
/// <param name="Path">Where the server finds it, in the folder that is mounted.</param>
/// <param name="Text">Its content.</param>
public sealed record ServerDocument(string Key, string Path, string Text)
{
    /// <summary>That of a group's member.</summary>
    public static ServerDocument OfMember(string kind, string name, string text) =>
        new($"{kind}.{name}.yaml", $"members/{kind}/{name}.yaml", text);
}
