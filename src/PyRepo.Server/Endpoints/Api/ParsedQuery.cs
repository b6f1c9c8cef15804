using PyRepo.Advisories;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Advisories;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>A query to the OSV service as it was understood.</summary>
/// <param name="Asked">The project to look up. Null: of another ecosystem, or of no valid name, nothing is known.</param>
/// <param name="After">The token of a page, or null for the first one.</param>
readonly record struct ParsedQuery(AdvisoryQuery? Asked, string? After)
{
    const string PurlType = "pkg:pypi/";

    /// <summary>Reads a query.</summary>
    /// <exception cref="RejectedException">400: it does not say what it asks for.</exception>
    public static ParsedQuery Read(OsvQuery? query)
    {
        var after = string.IsNullOrEmpty(query?.PageToken) ? null : query.PageToken;
        if (after?.Length > AdvisoryReader.MaxIdLength)
            throw Invalid("Its page_token is not one of this service.");
        if (query?.Package is not { } package)
        {
            return string.IsNullOrEmpty(query?.Commit)
                ? throw Invalid("It has neither a package nor a commit.")
                : new(null, after);
        }
        var (name, version) = (package.Name, query.Version);
        if (!string.IsNullOrEmpty(package.Purl))
        {
            if (!package.Purl.StartsWith(PurlType, StringComparison.OrdinalIgnoreCase))
                return new(null, after);
            (name, var inPurl) = ParsePurl(package.Purl[PurlType.Length..]);
            if (inPurl is not null && !string.IsNullOrEmpty(version))
                throw Invalid("It has a version both in its purl and beside it.");
            version = inPurl ?? version;
        }
        else if (string.IsNullOrEmpty(package.Ecosystem) || string.IsNullOrEmpty(name))
        {
            throw Invalid("Its package has neither a purl nor an ecosystem and a name.");
        }
        else if (package.Ecosystem != AdvisoryReader.Ecosystem)
        {
            return new(null, after);
        }
        if (name is null || name.Length > ServerLimits.MaxProjectNameLength
            || version?.Length > ServerLimits.MaxVersionLength || !ProjectName.TryParse(name, out var project))
        {
            return new(null, after);
        }
        return new(new AdvisoryQuery(project, string.IsNullOrEmpty(version) ? null : version), after);
    }

    /// <summary>Returns the name and the version of a
    /// <see href="https://github.com/package-url/purl-spec">package URL</see>: <c>acme@1.0?…#…</c>.</summary>
    static (string Name, string? Version) ParsePurl(string rest)
    {
        var end = rest.AsSpan().IndexOfAny('?', '#');
        var parts = (end < 0 ? rest : rest[..end]).Split('@', 2);
        return (Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : null);
    }

    static RejectedException Invalid(string why) =>
        new(RejectionReason.Invalid, $"A query cannot be answered. {why}");
}
