using System.Text.Json.Serialization;

namespace PyRepo.Downloads;

/// <summary>The downloads of one file by one caller.</summary>
sealed record CallerDownloads
{
    /// <inheritdoc cref="DownloadLine.Project"/>
    public required string Project { get; init; }

    /// <inheritdoc cref="DownloadLine.Version"/>
    public string? Version { get; init; }

    /// <inheritdoc cref="DownloadLine.File"/>
    public required string File { get; init; }

    /// <inheritdoc cref="DownloadLine.Sha256"/>
    public string? Sha256 { get; init; }

    /// <inheritdoc cref="DownloadLine.Caller"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required CallerKind Caller { get; init; }

    /// <inheritdoc cref="DownloadCaller.Name"/>
    public string? Name { get; init; }

    /// <inheritdoc cref="DownloadCaller.Namespace"/>
    public string? Namespace { get; init; }

    /// <inheritdoc cref="DownloadCaller.Pod"/>
    public string? Pod { get; init; }

    /// <inheritdoc cref="DownloadCaller.Node"/>
    public string? Node { get; init; }

    /// <inheritdoc cref="DownloadCaller.Token"/>
    public string? Token { get; init; }

    /// <inheritdoc cref="DownloadCaller.Repository"/>
    public string? Repository { get; init; }

    /// <inheritdoc cref="DownloadCaller.Workflow"/>
    public string? Workflow { get; init; }

    /// <inheritdoc cref="DownloadCaller.Run"/>
    public string? Run { get; init; }

    /// <inheritdoc cref="Download.Installer"/>
    public required string Installer { get; init; }

    /// <inheritdoc cref="Download.Python"/>
    public string? Python { get; init; }

    /// <inheritdoc cref="Download.Asked"/>
    public required string Asked { get; init; }

    /// <inheritdoc cref="Download.Served"/>
    public required string Served { get; init; }

    /// <summary>Whether these are requests for parts of the file, which do not begin with its first byte.</summary>
    public bool Part { get; init; }

    /// <summary>How many there were.</summary>
    public required long Downloads { get; init; }

    /// <summary>The time of the first one, in UTC.</summary>
    public required string First { get; init; }

    /// <summary>The time of the last one, in UTC.</summary>
    public required string Last { get; init; }

    /// <summary>Returns the row of lines that differ in their time alone.</summary>
    public static CallerDownloads From(DownloadLine line, long downloads, string first, string last) => new()
    {
        Project = line.Project,
        Version = line.Version,
        File = line.File,
        Sha256 = line.Sha256,
        Caller = line.Caller,
        Name = line.Name,
        Namespace = line.Namespace,
        Pod = line.Pod,
        Node = line.Node,
        Token = line.Token,
        Repository = line.Repository,
        Workflow = line.Workflow,
        Run = line.Run,
        Installer = line.Installer,
        Python = line.Python,
        Asked = line.Asked,
        Served = line.Served,
        Part = line.Part,
        Downloads = downloads,
        First = first,
        Last = last,
    };
}
