using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Downloads;

/// <summary>A question to the log: who downloaded this?</summary>
/// <param name="Project">The project.</param>
/// <param name="Since">The time from which on downloads count.</param>
sealed record DownloadQuery(ProjectName Project, DateTimeOffset Since)
{
    /// <summary>The only version, or null for all.</summary>
    public string? Version { get; init; }

    /// <summary>The only file's SHA-256 in lowercase hexadecimal, or null for all.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Returns the query as the parameters of a URL.</summary>
    public string ToParameters() =>
        $"?project={Project}&since={Uri.EscapeDataString(DownloadLine.GetTime(Since))}"
        + (Version is null ? "" : $"&version={Uri.EscapeDataString(Version)}")
        + (Sha256 is null ? "" : $"&sha256={Sha256}");

    /// <summary>Whether a line is meant. Its project is.</summary>
    public bool IsFor(DownloadLine line) =>
        (Sha256 is null || line.Sha256 == Sha256)
        && (Version is null || (line.Version is { } version && AreSame(version, Version)));

    /// <summary>Versions 1.0 and 1.0.0 are the same.</summary>
    static bool AreSame(string version, string other) =>
        version == other
        || (PythonVersion.TryParse(version, out var parsed) && PythonVersion.TryParse(other, out var wanted)
            && parsed.Canonical == wanted.Canonical);
}

/// <summary>The log of a repository: in its store here, or at the server of a group's member.</summary>
interface IDownloadLog
{
    /// <summary>Finds out who downloaded what a query asks for.</summary>
    /// <returns>The answer, or null if there is none at the moment.</returns>
    /// <exception cref="IOException">The store cannot be read.</exception>
    /// <exception cref="TooManyRowsException"/>
    Task<FoundDownloads?> FindAsync(DownloadQuery query, CancellationToken cancellationToken);

    /// <summary>Erases who a caller was from all lines, which stay.</summary>
    /// <param name="caller">A user, <c>NAMESPACE/NAME</c> of a ServiceAccount, or the subject of an identity.</param>
    /// <param name="cancellationToken">Stops the work, which may be done again.</param>
    /// <returns>How many lines were the caller's, or null if the log cannot be changed at the moment.</returns>
    /// <exception cref="IOException">The store cannot be read or written.</exception>
    Task<long?> ForgetAsync(string caller, CancellationToken cancellationToken);
}

/// <summary>The downloads that a query asks for.</summary>
/// <param name="Rows">A row for each file and caller.</param>
/// <param name="Lost">How many downloads, of whatever project, were not written to the log in this time.</param>
/// <param name="IsComplete">Whether all files of that time could be read.</param>
sealed record FoundDownloads(IReadOnlyList<CallerDownloads> Rows, long Lost, bool IsComplete);

/// <summary>There are more rows than one answer may have.</summary>
sealed class TooManyRowsException() : Exception($"There are more than {DownloadLimits.MaxRows} rows.");
