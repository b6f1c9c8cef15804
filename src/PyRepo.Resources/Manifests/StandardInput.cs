namespace PyRepo.Resources.Manifests;

/// <summary>
/// Manifests from standard input, which <c>-</c> names. It is read once and kept, so that a configuration can be read
/// again.
/// </summary>
public static class StandardInput
{
    /// <summary>The name of standard input among files and folders.</summary>
    public const string Path = "-";

    /// <summary>The name of standard input in problems.</summary>
    public const string Name = "<stdin>";

    static readonly Lazy<byte[]> _content = new(() =>
    {
        using var input = Console.OpenStandardInput();
        return ManifestFiles.ReadBytes(input);
    });

    /// <summary>Whether a path means standard input.</summary>
    public static bool Is(string path) => path is Path or "/dev/stdin";

    /// <summary>Returns what was read.</summary>
    internal static byte[] Content => _content.Value;
}
