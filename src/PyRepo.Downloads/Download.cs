using PyRepo.Packaging.Names;

namespace PyRepo.Downloads;

/// <summary>A download of a file, as a request reports it.</summary>
/// <param name="Project">The project.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Caller">The caller.</param>
sealed record Download(ProjectName Project, string FileName, DownloadCaller Caller)
{
    /// <summary>The SHA-256 of the file in lowercase hexadecimal, or null while it is not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The repository that the caller asked.</summary>
    public required string Asked { get; init; }

    /// <summary>The repository that had the file.</summary>
    public required string Served { get; init; }

    /// <summary>The installer, such as <c>pip</c>, by its User-Agent.</summary>
    public string Installer { get; init; } = "other";

    /// <summary>The minor version of Python, such as <c>3.11</c>, by the User-Agent, or null.</summary>
    public string? Python { get; init; }

    /// <summary>Whether the request did not begin with the first byte: an installer reads metadata, or resumes.</summary>
    public bool IsPart { get; init; }
}

/// <summary>
/// A download of which the server of a group knows more than the server that has the file: who asks, and whose log it
/// is.
/// </summary>
/// <param name="Asked">The repository that the caller asked.</param>
/// <param name="Caller">The caller.</param>
sealed record RequestedDownload(string Asked, DownloadCaller Caller)
{
    /// <summary>
    /// The repository whose spec asks for a log: the one that the caller asked. Null if it does not: then the repository
    /// that has the file may keep one.
    /// </summary>
    public LogOwner? Log { get; init; }
}

/// <summary>A repository whose spec asks for a log.</summary>
/// <param name="Name">Its name.</param>
/// <param name="KeepFor">For how long it says that the log is kept.</param>
readonly record struct LogOwner(string Name, TimeSpan KeepFor);

/// <summary>The caller of a download. What is not known of it is null.</summary>
/// <param name="Kind">How the caller is known.</param>
sealed record DownloadCaller(CallerKind Kind)
{
    /// <summary>A caller without credentials.</summary>
    public static DownloadCaller Anonymous { get; } = new(CallerKind.Anonymous);

    /// <summary>
    /// A caller whose credentials were not accepted, where nobody needs any. The name that it gives proves nothing.
    /// </summary>
    public static DownloadCaller Unverified { get; } = new(CallerKind.Unverified);

    /// <summary>The name of the user or ServiceAccount, the identity's subject, or the token's name.</summary>
    public string? Name { get; init; }

    /// <summary>The namespace of the ServiceAccount.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pod that the ServiceAccount's token was issued to.</summary>
    public string? Pod { get; init; }

    /// <summary>The node that this pod was on.</summary>
    public string? Node { get; init; }

    /// <summary>The id of the token that was used.</summary>
    public string? Token { get; init; }

    /// <summary>The source repository of the job.</summary>
    public string? Repository { get; init; }

    /// <summary>The workflow of the job.</summary>
    public string? Workflow { get; init; }

    /// <summary>The id of the job's run.</summary>
    public string? Run { get; init; }
}

/// <summary>How the caller of a download is known.</summary>
enum CallerKind
{
    /// <summary>There were no credentials.</summary>
    Anonymous,

    /// <summary>There were some that were not accepted, for a file that anyone may read.</summary>
    Unverified,

    /// <summary>By a password.</summary>
    User,

    /// <summary>By the token of a ServiceAccount of the cluster.</summary>
    ServiceAccount,

    /// <summary>By the token of an identity provider, such as a job's.</summary>
    Identity,

    /// <summary>By a token that stands for itself.</summary>
    Token,

    /// <summary>It was erased.</summary>
    Forgotten,
}
