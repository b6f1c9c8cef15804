using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PyRepo.Packaging.Simple;

public static partial class SimpleJson
{
    /// <summary>Reads a project's page, one file at a time; beside the page only the bytes of one file are held.
    /// Unknown keys and files without a URL are ignored. Only <c>files</c> is required.</summary>
    /// <exception cref="PageFormatException">The document is not a project's page, or its API version is not
    /// 1.x.</exception>
    public static Task<ProjectDetail> ReadProjectAsync(Stream stream, CancellationToken cancellationToken = default) =>
        ReadProjectAsync(stream, null, cancellationToken);

    /// <summary>Reads a project's page, and resolves relative URLs against the page's URL.</summary>
    /// <param name="stream">The page.</param>
    /// <param name="baseUrl">The page's URL. Null leaves relative URLs unchanged.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="PageFormatException">The document is not a project's page, or its API version is not
    /// 1.x.</exception>
    public static async Task<ProjectDetail> ReadProjectAsync(
        Stream stream, Uri? baseUrl, CancellationToken cancellationToken = default)
    {
        var document = await ReadAsync(stream, PageJson.Default.ProjectDocument, cancellationToken);
        var files = document.Files
            ?? throw new PageFormatException("The Simple API page has no list of files.");
        return new ProjectDetail
        {
            Name = document.Name ?? "",
            Status = document.Status.Status,
            StatusReason = document.Status.Reason,
            Versions = [.. document.Versions?.OfType<string>() ?? []],
            Files =
            [
                .. files.OfType<PageFile>().Select(file => baseUrl is null ? file : PageUrl.Resolve(file, baseUrl)),
            ],
            LastSerial = document.Meta.LastSerial,
            ApiVersion = ApiVersion.Check(document.Meta.ApiVersion),
        };
    }

    /// <summary>Reads a list of projects, one project at a time.</summary>
    /// <exception cref="PageFormatException">The document is not a list of projects, or its API version is not
    /// 1.x.</exception>
    public static async Task<ProjectList> ReadListAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var document = await ReadAsync(stream, PageJson.Default.ListDocument, cancellationToken);
        var projects = document.Projects ?? new ListedProjects();
        return new ProjectList
        {
            Projects = projects,
            LastSerial = document.Meta.LastSerial,
            ApiVersion = ApiVersion.Check(document.Meta.ApiVersion),
            IsRecognized = document.Meta.ApiVersion is not null || projects.Count > 0,
        };
    }

    /// <summary>Whether a document begins as one of the Simple API: the beginning has its API version.</summary>
    /// <exception cref="PageFormatException">It is not JSON, or its API version is not 1.x.</exception>
    public static bool DeclaresVersion(ReadOnlySpan<byte> beginning)
    {
        var reader = new Utf8JsonReader(beginning, isFinalBlock: false, default);
        try
        {
            var isInMeta = false;
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                    isInMeta = reader.ValueTextEquals("meta"u8);
                else if (isInMeta && reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.PropertyName
                    && reader.ValueTextEquals("api-version"u8))
                    return reader.Read() && reader.TokenType == JsonTokenType.String
                        && ApiVersion.Check(reader.GetString()).Length > 0;
            }
            return false;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new PageFormatException($"The Simple API page is not valid JSON: {problem.Message}", problem);
        }
    }

    static async Task<T> ReadAsync<T>(
        Stream stream, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken)
                ?? throw new PageFormatException("The Simple API page is null, not a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new PageFormatException(
                $"The Simple API page is not valid JSON of the expected structure: {problem.Message}", problem);
        }
    }
}
