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

    /// <summary>
    /// Whether a version is meant: also a local build of it, as pip takes it. What has no known version may be it.
    /// </summary>
    public bool IsForVersion(string? version)
    {
        if (Version is null || version is null || version == Version)
            return true;
        if (!PythonVersion.TryParse(version, out var parsed) || !PythonVersion.TryParse(Version, out var wanted))
            return false;
        var found = wanted.Local is null && PythonVersion.TryParse(parsed.Public, out var whole) ? whole : parsed;
        return found.Canonical == wanted.Canonical;
    }

    /// <summary>Whether a file is meant. One whose SHA-256 is not known may be it.</summary>
    public bool IsForFile(string? sha256) => Sha256 is null || sha256 is null || sha256 == Sha256;
}

/// <summary>The log of a repository: in its store here, or at the server of a group's member.</summary>
interface IDownloadLog
{
    /// <summary>Finds out who downloaded what a query asks for.</summary>
    /// <returns>The answer, or null if there is none at the moment.</returns>
    /// <exception cref="IOException">The store cannot be read.</exception>
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
/// <param name="LeftOut">How many downloads are in no row, because there are too many.</param>
/// <param name="IsComplete">Whether all files of that time could be read.</param>
sealed record FoundDownloads(IReadOnlyList<CallerDownloads> Rows, long Lost, long LeftOut, bool IsComplete);
