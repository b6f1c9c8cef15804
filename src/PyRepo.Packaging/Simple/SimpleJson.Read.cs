using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PyRepo.Packaging.Simple;

public static partial class SimpleJson
{
    /// <summary>Reads a project's page, one file at a time; beside the page only the bytes of one file are held.
    /// Unknown keys are passed over, missing ones but <c>files</c> are fine, and a file without a URL is left
    /// out.</summary>
    /// <exception cref="PageFormatException">It is no such page, or its api-version is not 1.x.</exception>
    public static Task<ProjectPage> ReadProjectAsync(Stream stream, CancellationToken cancellationToken = default) =>
        ReadProjectAsync(stream, null, cancellationToken);

    /// <summary>The same, with relative URLs resolved against the page's own.</summary>
    /// <param name="stream">The page.</param>
    /// <param name="baseUrl">The page's URL; null leaves relative URLs as they are.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="PageFormatException">It is no such page, or its api-version is not 1.x.</exception>
    public static async Task<ProjectPage> ReadProjectAsync(
        Stream stream, Uri? baseUrl, CancellationToken cancellationToken = default)
    {
        var document = await ReadAsync(stream, PageJson.Default.ProjectDocument, cancellationToken);
        var files = document.Files
            ?? throw new PageFormatException("The page of the simple API has no list of files.");
        files.RemoveAll(file => file is null);
        var versions = document.Versions ?? [];
        versions.RemoveAll(version => version is null);
        if (baseUrl is not null)
        {
            for (var i = 0; i < files.Count; i++)
                files[i] = PageUrl.Resolve(files[i]!, baseUrl);
        }
        return new ProjectPage
        {
            Name = document.Name ?? "",
            Status = document.Status.Status,
            StatusReason = document.Status.Reason,
            Versions = versions!,
            Files = files!,
            LastSerial = document.Meta.LastSerial,
            ApiVersion = ApiVersion.Check(document.Meta.ApiVersion),
        };
    }

    /// <summary>Reads a list of projects, one project at a time.</summary>
    /// <exception cref="PageFormatException">It is no such list, or its api-version is not 1.x.</exception>
    public static async Task<ProjectList> ReadListAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var document = await ReadAsync(stream, PageJson.Default.ListDocument, cancellationToken);
        return new ProjectList
        {
            Projects = document.Projects ?? [],
            LastSerial = document.Meta.LastSerial,
            ApiVersion = ApiVersion.Check(document.Meta.ApiVersion),
        };
    }

    static async Task<T> ReadAsync<T>(
        Stream stream, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken)
                ?? throw new PageFormatException("The page of the simple API is null, not a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new PageFormatException(
                $"The page of the simple API is not the JSON that it should be: {problem.Message}", problem);
        }
    }
}
