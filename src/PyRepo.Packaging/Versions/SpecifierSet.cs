using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Versions;

/// <summary>A set of clauses, all of which a version must satisfy: <c>&gt;=1.0,&lt;2</c>
/// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#id5">version
/// specifiers</see>). The empty set allows every version.</summary>
public sealed class SpecifierSet : IEquatable<SpecifierSet>
{
    readonly Specifier[] _specifiers;
    readonly string _text;
    readonly string _identity;

    SpecifierSet(Specifier[] specifiers)
    {
        _specifiers = specifiers;
        _text = string.Join(',', specifiers.AsEnumerable());
        _identity = string.Join(',', specifiers.Select(clause => clause.Identity).Order(StringComparer.Ordinal));
    }

    /// <summary>The set that allows every version.</summary>
    public static SpecifierSet Empty { get; } = new([]);

    /// <summary>Whether the set has no clauses.</summary>
    public bool IsEmpty => _specifiers.Length == 0;

    /// <summary>True if a clause names a pre-release and thereby allows pre-releases; otherwise null.</summary>
    public bool? Prereleases => _specifiers.Any(clause => clause.ImpliesPrereleases) ? true : null;

    bool HasArbitrary => _specifiers.Any(clause => clause.IsArbitrary);

    /// <summary>Parses comma-separated clauses. Empty clauses are ignored.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SpecifierSet? set)
    {
        set = null;
        if (text is null)
            return false;
        var clauses = new List<Specifier>();
        foreach (var range in text.AsSpan().Split(','))
        {
            var clause = PythonWhitespace.Trim(text.AsSpan(range));
            if (clause.IsEmpty)
                continue;
            if (!Specifier.TryParse(clause, out var specifier))
                return false;
            clauses.Add(specifier);
        }
        set = new SpecifierSet([.. clauses
            .OrderBy(clause => clause.ToString(), StringComparer.Ordinal)
            .DistinctBy(clause => clause.Identity)]);
        return true;
    }

    /// <summary>Parses comma-separated clauses.</summary>
    /// <exception cref="FormatException">A clause is not a valid specifier.</exception>
    public static SpecifierSet Parse(string text) => TryParse(text, out var set)
        ? set
        : throw new FormatException($"\"{text}\" is not a version specifier (PEP 440), such as \">=1.0,<2\".");

    /// <summary>Whether a version satisfies all clauses. A pre-release can satisfy them unless
    /// <paramref name="prereleases"/> is false, because a single version has no alternative.</summary>
    public bool Contains(PythonVersion version, bool? prereleases = null)
    {
        if (prereleases == false && version.IsPrerelease)
            return false;
        foreach (var clause in _specifiers)
        {
            if (!clause.Contains(version))
                return false;
        }
        return true;
    }

    /// <summary>Whether a text satisfies all clauses. <c>===</c> compares it as written, and the empty set allows any
    /// text; all other clauses require a valid version.</summary>
    public bool Contains(string version, bool? prereleases = null)
    {
        var isVersion = PythonVersion.TryParse(version, out var parsed);
        if (isVersion && !HasArbitrary)
            return Contains(parsed!, prereleases);
        if (isVersion && prereleases == false && parsed!.IsPrerelease)
            return false;
        return _specifiers.All(clause => clause.IsArbitrary
            ? clause.EqualsText(version)
            : isVersion && clause.Contains(parsed!));
    }

    /// <summary>Returns the versions that satisfy all clauses, in their original order. If neither
    /// <paramref name="prereleases"/> nor a clause decides, pre-releases are included only if no other version
    /// matches.</summary>
    public IReadOnlyList<PythonVersion> Filter(IEnumerable<PythonVersion> versions, bool? prereleases = null) =>
        FilterPrereleases(
            versions.Where(version => Contains(version)), version => version.IsPrerelease, _ => true, prereleases);

    /// <summary>Returns the texts that satisfy all clauses. A text that is not a valid version can satisfy only
    /// <c>===</c> and the empty set.</summary>
    public IReadOnlyList<string> Filter(IEnumerable<string> versions, bool? prereleases = null) => FilterPrereleases(
        versions.Where(version => Contains(version)),
        version => PythonVersion.TryParse(version, out var parsed) && parsed.IsPrerelease,
        version => PythonVersion.TryParse(version, out _),
        prereleases);

    /// <summary>Whether both sets have equal clauses, however their versions are spelled.</summary>
    public bool Equals(SpecifierSet? other) => other is not null && _identity == other._identity;

    public override bool Equals(object? obj) => Equals(obj as SpecifierSet);

    public override int GetHashCode() => _identity.GetHashCode(StringComparison.Ordinal);

    /// <summary>Formats the clauses in ordinal order, separated by commas, with versions as written.</summary>
    public override string ToString() => _text;

    List<T> FilterPrereleases<T>(
        IEnumerable<T> matching, Func<T, bool> isPrerelease, Func<T, bool> isVersion, bool? prereleases)
    {
        var passing = matching.ToList();
        var allowed = prereleases ?? Prereleases;
        var hasFinal = passing.Exists(version => isVersion(version) && !isPrerelease(version));
        if (allowed == false || (allowed is null && hasFinal))
            passing.RemoveAll(version => isPrerelease(version));
        return passing;
    }
}
