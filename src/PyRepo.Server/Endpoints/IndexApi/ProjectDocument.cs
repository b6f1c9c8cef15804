using System.Globalization;
using System.Text.Json;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>A document of PyPI's JSON API, with the same keys that PyPI sends. What is not known is null, also where
/// PyPI would send an empty text or list.</summary>
sealed class ProjectDocument(ProjectSnapshot snapshot, Release release, MetadataReading reading)
{
    readonly CoreMetadata? _metadata = reading.Metadata;

    /// <summary>Returns the longest that metadata may be in a document, where each character may be <c>\u0000</c>.
    /// </summary>
    public static long MeasureMetadata(MetadataReading reading) => reading.Metadata is { } metadata
        ? 6 * (ShownFields.Measure(metadata) + (metadata.Description?.Length ?? 0) + DescriptionCut.Note.Length + 2)
        : 0;

    /// <summary>Writes the document.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="all">All releases for a project's document, or null for the document of one release.</param>
    public void Write(Utf8JsonWriter json, IEnumerable<Release>? all)
    {
        json.WriteStartObject();
        WriteInfo(json);
        json.WriteNumber("last_serial", snapshot.Serial ?? 0);
        if (all is not null)
        {
            json.WriteStartObject("releases");
            foreach (var one in all)
                WriteFiles(json, one.Version, one.Files);
            json.WriteEndObject();
        }
        WriteFiles(json, "urls", release.Files, FileProvenance.Write);
        WriteVulnerabilities(json);
        json.WriteEndObject();
    }

    void WriteVulnerabilities(Utf8JsonWriter json)
    {
        var names = release.Files.Select(f => f.Name.FileName).ToHashSet(StringComparer.Ordinal);
        json.WriteStartArray("vulnerabilities");
        foreach (var vulnerability in snapshot.Files.Where(f => names.Contains(f.Distribution.Name.FileName))
            .SelectMany(f => f.Vulnerabilities).DistinctBy(v => v.Id))
        {
            json.WriteStartObject();
            Write(json, "aliases", vulnerability.Aliases);
            Write(json, "details", vulnerability.Summary ?? "");
            Write(json, "fixed_in", vulnerability.FixedIn);
            json.WriteString("id", vulnerability.Id);
            json.WriteString("link", vulnerability.Link);
            json.WriteString("source", "osv");
            Write(json, "summary", vulnerability.Summary);
            json.WriteNull("withdrawn");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void WriteInfo(Utf8JsonWriter json)
    {
        var project = snapshot.Project.Value;
        json.WriteStartObject("info");
        WriteText(json, "author", "Author", _metadata?.Author);
        WriteText(json, "author_email", "Author-email", _metadata?.AuthorEmail);
        json.WriteNull("bugtrack_url");
        if (reading.Knows("Classifier"))
            Write(json, "classifiers", _metadata?.Classifiers ?? []);
        else
            json.WriteNull("classifiers");
        WriteText(json, "description", "Description", GetDescription());
        Write(json, "description_content_type", _metadata?.DescriptionContentType);
        json.WriteNull("docs_url");
        WriteText(json, "download_url", "Download-URL", _metadata?.DownloadUrl);
        json.WriteStartObject("downloads");
        foreach (var span in (string[])["last_day", "last_month", "last_week"])
            json.WriteNumber(span, -1);
        json.WriteEndObject();
        WriteOrNull(json, "dynamic", _metadata?.Dynamic);
        WriteText(json, "home_page", "Home-page", _metadata?.HomePage);
        WriteText(json, "keywords", "Keywords", string.Join(",", _metadata?.Keywords ?? []));
        WriteText(json, "license", "License", _metadata?.License);
        Write(json, "license_expression", _metadata?.LicenseExpression);
        WriteOrNull(json, "license_files", _metadata?.LicenseFiles);
        WriteText(json, "maintainer", "Maintainer", _metadata?.Maintainer);
        WriteText(json, "maintainer_email", "Maintainer-email", _metadata?.MaintainerEmail);
        Write(json, "name", _metadata?.Name ?? project);
        WriteLink(json, "package_url", $"simple/{project}/");
        WriteText(json, "platform", "Platform", _metadata?.Platforms is [var first, ..] ? first : "");
        WriteLink(json, "project_url", $"simple/{project}/");
        WriteUrls(json);
        WriteOrNull(json, "provides_extra", _metadata?.ProvidesExtra);
        WriteLink(json, "release_url", $"simple/{project}/");
        WriteOrNull(json, "requires_dist", _metadata?.RequiresDist);
        Write(json, "requires_python", _metadata?.RequiresPython);
        WriteText(json, "summary", "Summary", _metadata?.Summary);
        Write(json, "version", release.Version);
        json.WriteBoolean("yanked", release.IsYanked);
        Write(json, "yanked_reason", release.IsYanked ? Reason(release.Files[0]) : null);
        json.WriteEndObject();
    }

    /// <summary><c>Project-URL: Label, URL</c> lines as an object, or null if there are none.</summary>
    void WriteUrls(Utf8JsonWriter json)
    {
        if (_metadata?.ProjectUrls is not { Count: > 0 } urls)
        {
            json.WriteNull("project_urls");
            return;
        }
        var byLabel = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var url in urls)
            byLabel.TryAdd(url.Label, url.Url);
        json.WriteStartObject("project_urls");
        foreach (var (label, url) in byLabel)
            json.WriteString(label, url);
        json.WriteEndObject();
    }

    static void WriteFiles(
        Utf8JsonWriter json, string name, IEnumerable<Distribution> files,
        Action<Utf8JsonWriter, Distribution>? writeMore = null)
    {
        json.WriteStartArray(name);
        foreach (var file in files)
        {
            json.WriteStartObject();
            WriteFile(json, file);
            writeMore?.Invoke(json, file);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static void WriteFile(Utf8JsonWriter json, Distribution file)
    {
        var uploaded = file.UploadedAt?.UtcDateTime;
        json.WriteString("comment_text", "");
        json.WriteStartObject("digests");
        Write(json, "blake2b_256", file.Blake2b256);
        Write(json, "md5", file.Md5);
        Write(json, "sha256", file.Sha256?.ToString());
        json.WriteEndObject();
        json.WriteNumber("downloads", -1);
        json.WriteString("filename", file.Name.FileName);
        json.WriteBoolean("has_sig", false);
        Write(json, "md5_digest", file.Md5);
        json.WriteString("packagetype", file.Name.PackageType.ToName());
        json.WriteString("python_version", file.Name.PythonTag);
        Write(json, "requires_python", file.RequiresPython);
        if (file.Size is { } size)
            json.WriteNumber("size", size);
        Write(json, "upload_time", uploaded?.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        Write(json, "upload_time_iso_8601",
            uploaded?.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
        WriteLink(json, "url", FileLinks.FromBase(file));
        json.WriteBoolean("yanked", file.Yanked is not null);
        Write(json, "yanked_reason", Reason(file));
    }

    static string? Reason(Distribution file) => string.IsNullOrEmpty(file.Yanked) ? null : file.Yanked;

    string? GetDescription() => reading.IsDescriptionCut
        ? $"{_metadata!.Description}\n\n{DescriptionCut.Note}"
        : _metadata?.Description;

    void WriteText(Utf8JsonWriter json, string name, string field, string? value) =>
        json.WriteString(name, !reading.Knows(field) ? null : value ?? "");

    static void WriteLink(Utf8JsonWriter json, string name, string path) =>
        json.WriteString(name, BaseUrlMarker.Text + path);

    static void Write(Utf8JsonWriter json, string name, string? value) => json.WriteString(name, value);

    static void Write(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    static void WriteOrNull(Utf8JsonWriter json, string name, IReadOnlyCollection<string>? values)
    {
        if (values is { Count: > 0 })
            Write(json, name, values);
        else
            json.WriteNull(name);
    }
}
