using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;

namespace PyRepo.Downloads;

/// <summary>
/// A line of the log: a JSON object. Its members always have the same order, so that lines in ordinal order are in the
/// order of project, version, file and time, and what differs between two downloads of a file by one caller is the time
/// alone.
/// </summary>
/// <param name="Project">The normalized name of the project.</param>
/// <param name="Version">The version in its normal form, or null.</param>
/// <param name="File">The name of the file.</param>
/// <param name="Time">When it was sent, in UTC with milliseconds: always <see cref="TimeLength"/> characters.</param>
/// <param name="Sha256">The SHA-256 of the file, or null.</param>
/// <param name="Asked">The repository that was asked.</param>
/// <param name="Served">The repository that had the file.</param>
/// <param name="Caller">The kind of caller.</param>
sealed record DownloadLine(
    string Project, string? Version, string File, string Time, string? Sha256, string Asked, string Served,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] CallerKind Caller)
{
    /// <summary>The length of a time.</summary>
    public const int TimeLength = 24;

    const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

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
    public string Installer { get; init; } = "other";

    /// <inheritdoc cref="Download.Python"/>
    public string? Python { get; init; }

    /// <inheritdoc cref="Download.IsPart"/>
    /// <remarks>It is the last member, which <see cref="IsPart"/> relies on.</remarks>
    public bool Part { get; init; }

    /// <summary>Whether the line of some bytes is one of a request for a part of a file. It is not parsed.</summary>
    public static bool IsPart(ReadOnlySpan<byte> line) => line.EndsWith("\"part\":true}"u8);

    /// <summary>Returns the line of a download.</summary>
    public static DownloadLine From(Download download, DateTimeOffset time) => new(
        download.Project.Value, GetVersion(download.Project, download.FileName), download.FileName,
        GetTime(time), download.Sha256, download.Asked, download.Served, download.Caller.Kind)
    {
        Name = Truncate(download.Caller.Name),
        Namespace = Truncate(download.Caller.Namespace),
        Pod = Truncate(download.Caller.Pod),
        Node = Truncate(download.Caller.Node),
        Token = Truncate(download.Caller.Token),
        Repository = Truncate(download.Caller.Repository),
        Workflow = Truncate(download.Caller.Workflow),
        Run = Truncate(download.Caller.Run),
        Installer = download.Installer,
        Python = download.Python,
        Part = download.IsPart,
    };

    /// <summary>Returns the same download without anything that tells who its caller was.</summary>
    public DownloadLine Forgotten() =>
        new(Project, Version, File, Time, Sha256, Asked, Served, CallerKind.Forgotten)
        {
            Installer = Installer,
            Python = Python,
            Part = Part,
        };

    /// <summary>
    /// Whether a text that a person writes means the caller: a user's name, NAMESPACE/NAME of a ServiceAccount, the
    /// subject of an identity, with its provider or without, or the id of a token that stands for itself.
    /// </summary>
    public bool IsOf(string caller) => Caller switch
    {
        CallerKind.User => Name == caller,
        CallerKind.ServiceAccount => $"{Namespace}/{Name}" == caller,
        CallerKind.Identity => Name is not null && (Name == caller || Name[(Name.IndexOf(':') + 1)..] == caller),
        CallerKind.Token => Token == caller,
        _ => false,
    };

    /// <summary>Returns the text of a time. Texts are in the order of times.</summary>
    public static string GetTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Returns the line as bytes, without an end.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, DownloadJson.Default.DownloadLine);

    /// <summary>Reads a line.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static DownloadLine Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, DownloadJson.Default.DownloadLine)
                ?? throw new InvalidDataException("A line of the download log is 'null'.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("A line of the download log is not one of this program.", error);
        }
    }

    /// <summary>Returns how each line of a project begins.</summary>
    public static byte[] GetPrefix(string project) => Encoding.UTF8.GetBytes($$"""{"project":"{{project}}",""");

    /// <summary>Returns where the time of a line is.</summary>
    /// <exception cref="InvalidDataException">It has none.</exception>
    public static Range FindTime(ReadOnlySpan<byte> line)
    {
        // A quotation mark in a text is escaped, so that this is found nowhere else.
        var found = line.IndexOf("\"time\":\""u8);
        var at = found + "\"time\":\"".Length;
        return found >= 0 && at + TimeLength < line.Length && line[at + TimeLength] == '"'
            ? at..(at + TimeLength)
            : throw new InvalidDataException("A line of the download log has no time.");
    }

    /// <summary>Returns a text that is not too long, and has no half of a surrogate pair at its end.</summary>
    public static string? Truncate(string? text)
    {
        const int length = DownloadLimits.MaxTextLength;
        if (text is not { Length: > length })
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    static string? GetVersion(ProjectName project, string fileName) =>
        DistributionFileName.TryParse(fileName, project, out var parsed)
        && parsed.CanonicalVersion is { Length: > 0 and <= DownloadLimits.MaxTextLength } version
            ? version
            : null;
}

[JsonSerializable(typeof(DownloadLine))]
[JsonSerializable(typeof(DownloadFileIndex))]
[JsonSerializable(typeof(DownloadAnswer))]
[JsonSerializable(typeof(ForgottenCaller))]
[JsonSerializable(typeof(RequestedDownload))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, UseStringEnumConverter = true)]
sealed partial class DownloadJson : JsonSerializerContext;
