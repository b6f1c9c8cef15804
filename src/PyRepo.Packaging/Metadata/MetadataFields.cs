namespace PyRepo.Packaging.Metadata;

/// <summary>Maps the headers of a document to the fields of <see cref="CoreMetadata"/>.</summary>
sealed class MetadataFields
{
    const string Unknown = "UNKNOWN";
    const string Fold = "        ";
    const string BarFold = "       |";

    readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    public static CoreMetadata ToMetadata(MetadataDocument document)
    {
        var fields = new MetadataFields();
        foreach (var header in document.Headers)
            fields.Add(header.Name, header.Value);
        return fields.ToMetadata(document.Body);
    }

    void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out var list))
            _values[name] = list = [];
        list.Add(value);
    }

    CoreMetadata ToMetadata(string body) => new()
    {
        MetadataVersion = First("metadata-version"),
        Name = First("name"),
        Version = First("version"),
        Summary = First("summary"),
        Description = Description(body),
        DescriptionContentType = First("description-content-type"),
        Keywords = [.. SplitKeywords(First("keywords"))],
        HomePage = First("home-page"),
        DownloadUrl = First("download-url"),
        Author = First("author"),
        AuthorEmail = First("author-email"),
        Maintainer = First("maintainer"),
        MaintainerEmail = First("maintainer-email"),
        License = First("license"),
        LicenseExpression = First("license-expression"),
        LicenseFiles = All("license-file"),
        Classifiers = All("classifier"),
        Platforms = All("platform"),
        SupportedPlatforms = All("supported-platform"),
        RequiresDist = All("requires-dist"),
        RequiresPython = First("requires-python"),
        RequiresExternal = All("requires-external"),
        ProjectUrls = [.. All("project-url").Select(SplitUrl)],
        ProvidesExtra = All("provides-extra"),
        ProvidesDist = All("provides-dist"),
        ObsoletesDist = All("obsoletes-dist"),
        Requires = All("requires"),
        Provides = All("provides"),
        Obsoletes = All("obsoletes"),
        Dynamic = All("dynamic"),
        ImportNames = All("import-name"),
        ImportNamespaces = All("import-namespace"),
        // All remaining headers.
        OtherFields = _values.ToDictionary(
            field => field.Key, field => (IReadOnlyList<string>)field.Value, StringComparer.Ordinal),
    };

    IReadOnlyList<string> All(string name)
    {
        if (!_values.Remove(name, out var list))
            return [];
        return [.. list.Select(value => value.Trim()).Where(value => value is not ("" or Unknown))];
    }

    string? First(string name) => All(name) is [var first, ..] ? first : null;

    /// <summary>Returns the body (since version 2.1), or else the header.</summary>
    string? Description(string body)
    {
        var header = _values.Remove("description", out var list)
            ? list.Find(value => value.Trim() is not ("" or Unknown))
            : null;
        if (body.Trim() is not ("" or Unknown))
            return body;
        return header is null ? null : Unfold(header);
    }

    /// <summary>Unfolds a header, whose continuation lines begin with eight spaces, or with seven spaces and a
    /// bar.</summary>
    static string Unfold(string description) =>
        string.Join('\n', description.ReplaceLineEndings("\n").Split('\n').Select(UnfoldLine));

    static string UnfoldLine(string line) =>
        line.StartsWith(Fold, StringComparison.Ordinal) || line.StartsWith(BarFold, StringComparison.Ordinal)
            ? line[Fold.Length..]
            : line;

    static string[] SplitKeywords(string? keywords) =>
        (keywords ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    static ProjectUrl SplitUrl(string value)
    {
        var comma = value.IndexOf(',', StringComparison.Ordinal);
        return comma < 0
            ? new ProjectUrl(value, "")
            : new ProjectUrl(value[..comma].Trim(), value[(comma + 1)..].Trim());
    }
}
