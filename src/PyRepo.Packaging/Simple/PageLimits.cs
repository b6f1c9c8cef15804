namespace PyRepo.Packaging.Simple;

/// <summary>
/// How long a document and its items may be, and how many items it may have. A file or a name of a few bytes takes a
/// hundred times as much memory as it takes in the document, so a limit of the document's length is not enough.
/// </summary>
public static class PageLimits
{
    /// <summary>The length of a project's page in bytes. Who reads the body applies it.</summary>
    public const int MaxLength = 32 << 20;

    /// <summary>The length of a project's name in characters. Who asks for a project, or lists it, applies it.</summary>
    public const int MaxNameLength = 200;

    /// <summary>The length of a version in characters. Who asks for a version, or lists it, applies it.</summary>
    public const int MaxVersionLength = 200;

    /// <summary>The length of a file in bytes, if its page does not tell it. Who reads the file applies it.</summary>
    public const long MaxUnsizedFileLength = 2L << 30;

    /// <summary>The files, and the versions, of a project's page.</summary>
    public const int MaxFiles = 50_000;

    /// <summary>
    /// The length in characters of the URL that a page's links are relative to, without its query. Each absolute URL
    /// repeats it.
    /// </summary>
    public const int MaxBaseUrlLength = 512;

    /// <summary>
    /// The length in characters of the reason for a yank or a project's status. More is cut off where it is read.
    /// </summary>
    public const int MaxReasonLength = 512;

    /// <summary>The length in characters of a file's Requires-Python. A longer one counts as none.</summary>
    public const int MaxRequiresPythonLength = 1000;

    /// <summary>The names of a list of projects. PyPI's has some 700,000.</summary>
    public const int MaxProjects = 2_000_000;
}
