using PyRepo.Packaging.Names;
using PyRepo.Packaging.Versions;

namespace PyRepo.Packaging.Metadata;

/// <summary>The <see href="https://packaging.python.org/en/latest/specifications/core-metadata/">core metadata</see>
/// of a distribution, versions 1.0 to 2.6. It is parsed leniently: values are trimmed, empty values and <c>UNKNOWN</c>
/// count as missing, and the first value of a repeated field counts.</summary>
public sealed record CoreMetadata
{
    /// <summary>The length in bytes beyond which a document is rejected.</summary>
    public const int MaxLength = 2 << 20;

    public string? MetadataVersion { get; init; }
    public string? Name { get; init; }
    public string? Version { get; init; }
    public string? Summary { get; init; }

    /// <summary>The description, from the unfolded header or from the body.</summary>
    public string? Description { get; init; }

    public string? DescriptionContentType { get; init; }
    public IReadOnlyList<string> Keywords { get; init; } = [];
    public string? HomePage { get; init; }
    public string? DownloadUrl { get; init; }
    public string? Author { get; init; }
    public string? AuthorEmail { get; init; }
    public string? Maintainer { get; init; }
    public string? MaintainerEmail { get; init; }
    public string? License { get; init; }
    public string? LicenseExpression { get; init; }
    public IReadOnlyList<string> LicenseFiles { get; init; } = [];
    public IReadOnlyList<string> Classifiers { get; init; } = [];
    public IReadOnlyList<string> Platforms { get; init; } = [];
    public IReadOnlyList<string> SupportedPlatforms { get; init; } = [];
    public IReadOnlyList<string> RequiresDist { get; init; } = [];
    public string? RequiresPython { get; init; }
    public IReadOnlyList<string> RequiresExternal { get; init; } = [];
    public IReadOnlyList<ProjectUrl> ProjectUrls { get; init; } = [];
    public IReadOnlyList<string> ProvidesExtra { get; init; } = [];
    public IReadOnlyList<string> ProvidesDist { get; init; } = [];
    public IReadOnlyList<string> ObsoletesDist { get; init; } = [];
    public IReadOnlyList<string> Requires { get; init; } = [];
    public IReadOnlyList<string> Provides { get; init; } = [];
    public IReadOnlyList<string> Obsoletes { get; init; } = [];
    public IReadOnlyList<string> Dynamic { get; init; } = [];
    public IReadOnlyList<string> ImportNames { get; init; } = [];
    public IReadOnlyList<string> ImportNamespaces { get; init; } = [];

    /// <summary>Unknown headers, by their lowercase names.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> OtherFields { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Parses METADATA or PKG-INFO: email headers and a body, in UTF-8 or else Latin-1.</summary>
    /// <exception cref="ArchiveException">The document has more than 2 MiB or 20,000 headers.</exception>
    public static CoreMetadata Parse(ReadOnlySpan<byte> document) =>
        MetadataFields.ToMetadata(MetadataDocument.Parse(document));

    /// <summary>Returns the reasons why an index cannot use the document, or an empty list. This check is more lenient
    /// than <c>packaging</c>, because 40 % of real, old documents break some other rule.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (MetadataVersion is null)
            problems.Add("The metadata has no Metadata-Version.");
        else if (!IsKnownMajor(MetadataVersion))
            problems.Add($"Metadata-Version \"{MetadataVersion}\" is not 1.x or 2.x.");
        if (Name is null)
            problems.Add("The metadata has no Name.");
        else if (!ProjectName.IsValid(Name))
            problems.Add($"The metadata's Name \"{Name}\" is not a project name: it needs ASCII letters, digits, "
                + "'.', '_' or '-', with a letter or digit at both ends.");
        if (Version is null)
            problems.Add("The metadata has no Version.");
        else if (PythonVersion.ParseOrNull(Version) is null)
            problems.Add($"The metadata's Version \"{Version}\" is not a version (PEP 440).");
        return problems;
    }

    static bool IsKnownMajor(string version)
    {
        var major = version.AsSpan();
        if (major.IndexOf('.') is >= 0 and var dot)
            major = major[..dot];
        return major is "1" or "2";
    }
}

/// <summary>A label and URL from the field Project-URL.</summary>
public readonly record struct ProjectUrl(string Label, string Url);
