using System.Collections.Frozen;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Releases;

/// <summary>The fields of metadata, beside the description, that are short enough to be shown. A list is there as a
/// whole or not at all: half of what a release requires would be wrong.</summary>
/// <param name="Metadata">The metadata without what is too long.</param>
/// <param name="LeftOut">The names of the fields that are too long.</param>
sealed record ShownFields(CoreMetadata Metadata, IReadOnlyList<string> LeftOut)
{
    static readonly Field[] _fields =
    [
        One("Metadata-Version", m => m.MetadataVersion, m => m with { MetadataVersion = null }),
        One("Name", m => m.Name, m => m with { Name = null }),
        One("Version", m => m.Version, m => m with { Version = null }),
        One("Summary", m => m.Summary, m => m with { Summary = null }),
        One("Description-Content-Type", m => m.DescriptionContentType, m => m with { DescriptionContentType = null }),
        Many("Keywords", m => m.Keywords, m => m with { Keywords = [] }),
        One("Home-page", m => m.HomePage, m => m with { HomePage = null }),
        One("Download-URL", m => m.DownloadUrl, m => m with { DownloadUrl = null }),
        One("Author", m => m.Author, m => m with { Author = null }),
        One("Author-email", m => m.AuthorEmail, m => m with { AuthorEmail = null }),
        One("Maintainer", m => m.Maintainer, m => m with { Maintainer = null }),
        One("Maintainer-email", m => m.MaintainerEmail, m => m with { MaintainerEmail = null }),
        One("License", m => m.License, m => m with { License = null }),
        One("License-Expression", m => m.LicenseExpression, m => m with { LicenseExpression = null }),
        Many("License-File", m => m.LicenseFiles, m => m with { LicenseFiles = [] }),
        Many("Classifier", m => m.Classifiers, m => m with { Classifiers = [] }),
        Many("Platform", m => m.Platforms, m => m with { Platforms = [] }),
        Many("Supported-Platform", m => m.SupportedPlatforms, m => m with { SupportedPlatforms = [] }),
        Many("Requires-Dist", m => m.RequiresDist, m => m with { RequiresDist = [] }),
        One("Requires-Python", m => m.RequiresPython, m => m with { RequiresPython = null }),
        Many("Requires-External", m => m.RequiresExternal, m => m with { RequiresExternal = [] }),
        new("Project-URL", m => m.ProjectUrls.Sum(url => (url.Label.Length + 1L) + url.Url.Length + 1),
            m => m with { ProjectUrls = [] }),
        Many("Provides-Extra", m => m.ProvidesExtra, m => m with { ProvidesExtra = [] }),
        Many("Provides-Dist", m => m.ProvidesDist, m => m with { ProvidesDist = [] }),
        Many("Obsoletes-Dist", m => m.ObsoletesDist, m => m with { ObsoletesDist = [] }),
        Many("Requires", m => m.Requires, m => m with { Requires = [] }),
        Many("Provides", m => m.Provides, m => m with { Provides = [] }),
        Many("Obsoletes", m => m.Obsoletes, m => m with { Obsoletes = [] }),
        Many("Dynamic", m => m.Dynamic, m => m with { Dynamic = [] }),
        Many("Import-Name", m => m.ImportNames, m => m with { ImportNames = [] }),
        Many("Import-Namespace", m => m.ImportNamespaces, m => m with { ImportNamespaces = [] }),
    ];

    /// <summary>Leaves out the longest fields until the others are short enough together.</summary>
    public static ShownFields Of(CoreMetadata metadata)
    {
        // Nothing shows the fields that nobody knows.
        var shown = metadata with { OtherFields = FrozenDictionary<string, IReadOnlyList<string>>.Empty };
        List<string> leftOut = [];
        var total = 0L;
        foreach (var (field, length) in _fields.Select(f => (f, f.Measure(metadata))).OrderBy(f => f.Item2))
        {
            if (total + length > ServerLimits.MaxShownMetadataLength)
            {
                shown = field.Remove(shown);
                leftOut.Add(field.Name);
            }
            else
            {
                total += length;
            }
        }
        return new(shown, leftOut);
    }

    /// <summary>Returns the characters of all fields beside the description, and one more for each value.</summary>
    public static long Measure(CoreMetadata metadata) => _fields.Sum(field => field.Measure(metadata));

    static Field One(string name, Func<CoreMetadata, string?> get, Func<CoreMetadata, CoreMetadata> remove) =>
        new(name, m => (get(m)?.Length ?? 0) + 1L, remove);

    static Field Many(
        string name, Func<CoreMetadata, IReadOnlyList<string>> get, Func<CoreMetadata, CoreMetadata> remove) =>
        new(name, m => get(m).Sum(value => value.Length + 1L), remove);

    sealed record Field(
        string Name, Func<CoreMetadata, long> Measure, Func<CoreMetadata, CoreMetadata> Remove);
}
