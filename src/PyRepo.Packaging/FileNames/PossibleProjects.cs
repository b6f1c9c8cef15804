using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.FileNames;

/// <summary>The projects to which a file may belong, by its name alone.</summary>
public static class PossibleProjects
{
    /// <summary>No file system and no bucket has a longer name.</summary>
    const int MaxLength = 1024;

    /// <summary>
    /// Returns each project to which a file of this name may belong: <c>a-1-2.tar.gz</c> may be of <c>a</c> or of
    /// <c>a-1</c>. A name without a version, such as <c>a.zip</c>, may be of <c>a</c>. None if it is not that of a
    /// distribution.
    /// </summary>
    public static IEnumerable<ProjectName> Find(string fileName)
    {
        if (fileName.Length > MaxLength || !FileExtension.TryFind(fileName, out var extension))
            return [];
        var stem = fileName[..^extension.Text.Length];
        var names = extension.Type is PackageType.Wheel ? [stem.Split('-')[0]] : BeforeEachVersion(stem);
        return names.Select(name => ProjectName.TryParse(name, out var project) ? project : (ProjectName?)null)
            .OfType<ProjectName>()
            .Distinct();
    }

    static IEnumerable<string> BeforeEachVersion(string stem)
    {
        var isFound = false;
        for (var i = stem.IndexOf('-', StringComparison.Ordinal); i >= 0; i = stem.IndexOf('-', i + 1))
        {
            if (i + 1 < stem.Length && (char.IsAsciiDigit(stem[i + 1]) || stem[i + 1] is 'v' or 'V'))
            {
                isFound = true;
                yield return stem[..i];
            }
        }
        if (!isFound)
            yield return stem;
    }
}
