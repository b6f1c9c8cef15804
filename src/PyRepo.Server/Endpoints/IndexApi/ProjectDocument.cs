using System.Globalization;
using System.Text.Json;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Rendering;

namespace PyRepo.Server.Endpoints.IndexApi;

/// <summary>A document of PyPI's JSON API, with the same keys that PyPI sends.</summary>
sealed class ProjectDocument(ProjectSnapshot snapshot, Release release, CoreMetadata? metadata)
{
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
        Write(json, "author", metadata?.Author ?? "");
        Write(json, "author_email", metadata?.AuthorEmail ?? "");
        json.WriteNull("bugtrack_url");
        Write(json, "classifiers", metadata?.Classifiers ?? []);
        Write(json, "description", metadata?.Description ?? "");
        Write(json, "description_content_type", metadata?.DescriptionContentType);
        json.WriteNull("docs_url");
        Write(json, "download_url", metadata?.DownloadUrl ?? "");
        json.WriteStartObject("downloads");
        foreach (var span in (string[])["last_day", "last_month", "last_week"])
            json.WriteNumber(span, -1);
        json.WriteEndObject();
        WriteOrNull(json, "dynamic", metadata?.Dynamic);
        Write(json, "home_page", metadata?.HomePage ?? "");
        Write(json, "keywords", string.Join(",", metadata?.Keywords ?? []));
        Write(json, "license", metadata?.License ?? "");
        Write(json, "license_expression", metadata?.LicenseExpression);
        WriteOrNull(json, "license_files", metadata?.LicenseFiles);
        Write(json, "maintainer", metadata?.Maintainer ?? "");
        Write(json, "maintainer_email", metadata?.MaintainerEmail ?? "");
        Write(json, "name", metadata?.Name ?? project);
        WriteLink(json, "package_url", $"simple/{project}/");
        Write(json, "platform", metadata?.Platforms is [var first, ..] ? first : "");
        WriteLink(json, "project_url", $"simple/{project}/");
        WriteUrls(json);
        WriteOrNull(json, "provides_extra", metadata?.ProvidesExtra);
        WriteLink(json, "release_url", $"simple/{project}/");
        WriteOrNull(json, "requires_dist", metadata?.RequiresDist);
        Write(json, "requires_python", metadata?.RequiresPython);
        Write(json, "summary", metadata?.Summary ?? "");
        Write(json, "version", release.Version);
        json.WriteBoolean("yanked", release.IsYanked);
        Write(json, "yanked_reason", release.IsYanked ? Reason(release.Files[0]) : null);
        json.WriteEndObject();
    }

    /// <summary><c>Project-URL: Label, URL</c> lines as an object, or null if there are none.</summary>
    void WriteUrls(Utf8JsonWriter json)
    {
        if (metadata?.ProjectUrls is not { Count: > 0 } urls)
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
