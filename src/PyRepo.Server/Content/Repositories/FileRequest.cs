using PyRepo.Downloads;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A request for one file, as specified by a URL.</summary>
/// <param name="Project">The project.</param>
/// <param name="FileName">The exact name of the file.</param>
/// <param name="HashPrefix">The first 16 hexadecimal digits of its SHA-256, if the URL contains them.</param>
/// <param name="Kind">Which bytes are requested.</param>
public sealed record FileRequest(ProjectName Project, string FileName, string? HashPrefix, FileContentKind Kind)
{
    /// <summary>
    /// The answer that this repository has just given for the project, or null if it was not queried. A file that it
    /// shows is not looked up again.
    /// </summary>
    public ProjectAnswer.Known? Answer { get; init; }

    /// <summary>
    /// The host and the path that the file has at upstream, decoded, if the URL contains them instead of the hash.
    /// </summary>
    public string? Alias { get; init; }

    /// <summary>Whether the URL says more of the file than its name, so that another member may have it.</summary>
    public bool NamesOneFile => HashPrefix is not null || Alias is not null;

    /// <summary>Returns the file as <see cref="Answer"/> shows it, or null if it does not show these bytes.</summary>
    public Distribution? FindShown() => Answer is { } answer ? FindIn(answer.Snapshot) : null;

    /// <summary>Returns the file as a page shows it, or null if it does not show these bytes.</summary>
    public Distribution? FindIn(ProjectSnapshot page) =>
        page.FindVisible(FileName) is { } file && (HashPrefix is null || file.Sha256?.Prefix16 == HashPrefix)
        && (Alias is null || FileAlias.IsOf(file, Alias))
            ? file
            : null;

    /// <summary>
    /// Returns the answer if the file must not be opened, or null if it may be. The repository asks once it knows which
    /// file is meant, and before it asks an upstream for the bytes.
    /// </summary>
    public Func<Distribution, OpenAnswer.NotFound?>? Reject { get; init; }

    /// <summary>
    /// Whether the whole file will be read from its first byte, so that a repository on another server may start
    /// sending it at once.
    /// </summary>
    public bool IsForAllBytes { get; init; }

    /// <summary>
    /// The client's description of itself, so that a member on another server counts the download as that client's.
    /// </summary>
    public string? UserAgent { get; init; }

    /// <summary>The caller, so that a member on another server can write it down; null if nobody does.</summary>
    internal RequestedDownload? Download { get; init; }
}

/// <summary>Which bytes of a distribution are requested.</summary>
public enum FileContentKind
{
    /// <summary>The distribution itself.</summary>
    Bytes,

    /// <summary>Its core metadata (<see href="https://peps.python.org/pep-0658/">PEP 658</see>).</summary>
    Metadata,

    /// <summary>Its attestations (<see href="https://peps.python.org/pep-0740/">PEP 740</see>).</summary>
    Provenance,
}
