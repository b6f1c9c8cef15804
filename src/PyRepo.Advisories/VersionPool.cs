using PyRepo.Packaging.Versions;

namespace PyRepo.Advisories;

/// <summary>Shares the texts and versions that many advisories have, while a database is read.</summary>
sealed class VersionPool
{
    readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    readonly Dictionary<string, PythonVersion?> _versions = new(StringComparer.Ordinal);

    /// <summary>Returns the equal text that was seen first.</summary>
    public string Intern(string text)
    {
        if (_texts.TryGetValue(text, out var known))
            return known;
        _texts.Add(text, text);
        return text;
    }

    /// <summary>Parses a version, or returns null if the text is none.</summary>
    public PythonVersion? Parse(string text)
    {
        if (_versions.TryGetValue(text, out var known))
            return known;
        var version = PythonVersion.ParseOrNull(text);
        _versions.Add(text, version);
        return version;
    }
}
