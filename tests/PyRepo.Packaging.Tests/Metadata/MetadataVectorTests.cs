using System.Text.Json;
using System.Text.RegularExpressions;
using PyRepo.Packaging.Metadata;
using static PyRepo.Packaging.Tests.VectorFile;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>Compares the lenient reader with packaging's <c>parse_email</c>. Where that gives up on a field
/// (<c>unparsed</c>), this reader uses the first meaningful value.</summary>
public sealed class MetadataVectorTests
{
    static readonly Dictionary<string, Func<CoreMetadata, string?>> _singleFields = new()
    {
        ["metadata_version"] = metadata => metadata.MetadataVersion,
        ["name"] = metadata => metadata.Name,
        ["version"] = metadata => metadata.Version,
        ["summary"] = metadata => metadata.Summary,
        ["description_content_type"] = metadata => metadata.DescriptionContentType,
        ["home_page"] = metadata => metadata.HomePage,
        ["download_url"] = metadata => metadata.DownloadUrl,
        ["author"] = metadata => metadata.Author,
        ["author_email"] = metadata => metadata.AuthorEmail,
        ["maintainer"] = metadata => metadata.Maintainer,
        ["maintainer_email"] = metadata => metadata.MaintainerEmail,
        ["license"] = metadata => metadata.License,
        ["license_expression"] = metadata => metadata.LicenseExpression,
        ["requires_python"] = metadata => metadata.RequiresPython,
        ["description"] = metadata => metadata.Description?.Trim(),
    };

    static readonly Dictionary<string, Func<CoreMetadata, IEnumerable<string>>> _listFields = new()
    {
        ["keywords"] = metadata => metadata.Keywords,
        ["license_files"] = metadata => metadata.LicenseFiles,
        ["classifiers"] = metadata => metadata.Classifiers,
        ["platforms"] = metadata => metadata.Platforms,
        ["supported_platforms"] = metadata => metadata.SupportedPlatforms,
        ["requires_dist"] = metadata => metadata.RequiresDist,
        ["requires_external"] = metadata => metadata.RequiresExternal,
        ["provides_extra"] = metadata => metadata.ProvidesExtra,
        ["provides_dist"] = metadata => metadata.ProvidesDist,
        ["obsoletes_dist"] = metadata => metadata.ObsoletesDist,
        ["requires"] = metadata => metadata.Requires,
        ["provides"] = metadata => metadata.Provides,
        ["obsoletes"] = metadata => metadata.Obsoletes,
        ["dynamic"] = metadata => metadata.Dynamic,
        ["import_names"] = metadata => metadata.ImportNames,
        ["import_namespaces"] = metadata => metadata.ImportNamespaces,
        ["project_urls"] = metadata => metadata.ProjectUrls.Select(url => $"{url.Label}, {url.Url}".Trim()),
    };

    [Fact]
    public void Documents_are_read_as_the_reference_reads_them()
    {
        CheckAll(Read("metadata"), vector =>
        {
            var metadata = CoreMetadata.Parse(vector.GetProperty("base64").GetBytesFromBase64());
            return CompareParsed(vector.GetProperty("raw"), metadata)
                ?? CompareUnparsed(vector.GetProperty("unparsed"), vector.GetProperty("raw"), metadata);
        });
    }

    [Fact]
    public void Every_document_that_the_reference_finds_valid_is_usable_for_an_index()
    {
        CheckAll(Read("metadata"), vector =>
        {
            var metadata = CoreMetadata.Parse(vector.GetProperty("base64").GetBytesFromBase64());
            var fields = vector.TryGetProperty("fields", out var property) ? property : default;
            if (!vector.Flag("valid"))
                return null;
            return Differs("problems", "", string.Join(' ', metadata.Problems()))
                ?? Differs("name", fields.Text("name"), metadata.Name)
                ?? Differs("metadata_version", fields.Text("metadata_version"), metadata.MetadataVersion);
        });
    }

    static string? CompareParsed(JsonElement raw, CoreMetadata metadata)
    {
        foreach (var field in raw.EnumerateObject())
        {
            var difference = _singleFields.TryGetValue(field.Name, out var single)
                ? CompareSingle(field, single(metadata))
                : Differs(
                    field.Name, Joined(Values(field.Value)), string.Join('\n', _listFields[field.Name](metadata)));
            if (difference is not null)
                return difference;
        }
        return null;
    }

    static string? CompareSingle(JsonProperty field, string? actual)
    {
        var expected = Cleaned(field.Value.GetString());
        var isUnfolded = field.Name == "description" && actual == Unfolded(expected);
        return isUnfolded ? null : Differs(field.Name, expected, actual);
    }

    static string? CompareUnparsed(JsonElement unparsed, JsonElement raw, CoreMetadata metadata)
    {
        foreach (var field in unparsed.EnumerateObject())
        {
            var name = RawName(field.Name);
            if (name == "description")
                continue;
            var values = field.Value.EnumerateArray().Select(value => value.GetString()!).ToArray();
            var difference = _singleFields.TryGetValue(name, out var single)
                ? Differs(name, values.Select(Cleaned).FirstOrDefault(value => value is not null), single(metadata))
                : _listFields.TryGetValue(name, out var list)
                    ? null
                    : Differs(name, Joined(values), Joined(metadata.OtherFields.GetValueOrDefault(field.Name) ?? []));
            if (difference is not null)
                return difference;
        }
        var others = metadata.OtherFields.Keys.Where(key => !unparsed.TryGetProperty(key, out _)).ToArray();
        return Differs("other fields", "", string.Join(' ', others));
    }

    static string RawName(string header) => header switch
    {
        "classifier" or "platform" or "supported-platform" or "license-file" or "project-url" or "import-name"
            or "import-namespace" => header.Replace('-', '_') + "s",
        // No header has an underscore: such a one is not the field that it resembles.
        _ => header.Contains('_', StringComparison.Ordinal) ? $"no field: {header}" : header.Replace('-', '_'),
    };

    static string? Cleaned(string? value) => value?.Trim() is { } text and not ("" or "UNKNOWN") ? text : null;

    /// <summary>Here the folding of a description that stands in a header is undone; nothing in the raw fields says
    /// where it stood.</summary>
    static string? Unfolded(string? description) =>
        description is null ? null : Regex.Replace(description.ReplaceLineEndings("\n"), "\n( {8}| {7}\\|)", "\n");

    static IEnumerable<string> Values(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject().Select(url => $"{url.Name}, {url.Value.GetString()}")
        : value.EnumerateArray().Select(item => item.GetString()!);

    static string Joined(IEnumerable<string> values) =>
        string.Join('\n', values.Select(Cleaned).Where(value => value is not null));
}
