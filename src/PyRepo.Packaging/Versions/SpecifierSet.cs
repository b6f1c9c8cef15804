using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Versions;

/// <summary>Clauses that a version must all satisfy (PEP 440 §version specifiers): <c>&gt;=1.0,&lt;2</c>. The empty
/// set allows every version.</summary>
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

    /// <summary>Whether it has no clause.</summary>
    public bool IsEmpty => _specifiers.Length == 0;

    /// <summary>True where a clause names a pre-release, and so asks for pre-releases; else null.</summary>
    public bool? Prereleases => _specifiers.Any(clause => clause.ImpliesPrereleases) ? true : null;

    bool HasArbitrary => _specifiers.Any(clause => clause.IsArbitrary);

    /// <summary>Reads clauses that commas part; empty ones are passed over.</summary>
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

    /// <summary>Reads clauses that commas part.</summary>
    /// <exception cref="FormatException">A clause is none.</exception>
    public static SpecifierSet Parse(string text) => TryParse(text, out var set)
        ? set
        : throw new FormatException($"\"{text}\" is not a version specifier (PEP 440), such as \">=1.0,<2\".");

    /// <summary>Whether a version satisfies all clauses. A pre-release may, unless <paramref name="prereleases"/> is
    /// false: a single version has no alternative.</summary>
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

    /// <summary>The same for a text: <c>===</c> compares it as written, and the empty set allows any text; every
    /// other clause needs a version.</summary>
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

    /// <summary>The versions that satisfy all clauses, in the order given. Where neither
    /// <paramref name="prereleases"/> nor a clause decides, pre-releases pass only if nothing else does.</summary>
    public IReadOnlyList<PythonVersion> Filter(IEnumerable<PythonVersion> versions, bool? prereleases = null) =>
        FilterPrereleases(versions.Where(version => Contains(version)), version => version.IsPrerelease, _ => true, prereleases);

    /// <summary>The same for texts. Those that are no versions can pass only <c>===</c> and the empty set.</summary>
    public IReadOnlyList<string> Filter(IEnumerable<string> versions, bool? prereleases = null) => FilterPrereleases(
        versions.Where(version => Contains(version)),
        version => PythonVersion.TryParse(version, out var parsed) && parsed.IsPrerelease,
        version => PythonVersion.TryParse(version, out _),
        prereleases);

    /// <summary>Whether both have the same clauses, however their versions are spelled.</summary>
    public bool Equals(SpecifierSet? other) => other is not null && _identity == other._identity;

    public override bool Equals(object? obj) => Equals(obj as SpecifierSet);

    public override int GetHashCode() => _identity.GetHashCode(StringComparison.Ordinal);

    /// <summary>The clauses in ordinal order, parted by commas, versions as written.</summary>
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
