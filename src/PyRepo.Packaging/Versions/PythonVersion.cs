using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Versions;

/// <summary>A version (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/">version
/// specifiers</see>). Equal versions may be spelled differently: <c>1.0</c> and <c>1.0.0</c>.
/// </summary>
public sealed partial class PythonVersion
{
    readonly VersionNumber[] _release;
    readonly LocalSegment[]? _local;
    string? _text;

    PythonVersion(VersionNumber epoch, VersionNumber[] release, LocalSegment[]? local)
    {
        Epoch = epoch;
        _release = release;
        _local = local;
    }

    /// <summary>The number before <c>!</c>; 0 if there is none.</summary>
    public VersionNumber Epoch { get; }

    /// <summary>The release segment: at least one number, with trailing zeros as written.</summary>
    public IReadOnlyList<VersionNumber> Release => _release;

    /// <summary>The pre-release part, or null.</summary>
    public PreRelease? Pre { get; private init; }

    /// <summary>The number after <c>.post</c>, or null.</summary>
    public VersionNumber? Post { get; private init; }

    /// <summary>The number after <c>.dev</c>, or null.</summary>
    public VersionNumber? Dev { get; private init; }

    /// <summary>The label after <c>+</c> in normal form, or null.</summary>
    public string? Local => _local is null ? null : string.Join('.', _local);

    /// <summary>Whether it is a pre-release or a development release.</summary>
    public bool IsPrerelease => Pre is not null || Dev is not null;

    /// <summary>Whether it has a <c>.post</c> part.</summary>
    public bool IsPostrelease => Post is not null;

    /// <summary>Whether it has a <c>.dev</c> part.</summary>
    public bool IsDevrelease => Dev is not null;

    /// <summary>The normal form without trailing zeros of the release: the same text for all equal versions.</summary>
    public string Canonical => Write(TrimmedRelease, withSuffixes: true, withLocal: true);

    /// <summary>The normal form without the local label.</summary>
    public string Public => _local is null ? ToString() : Write(_release, withSuffixes: true, withLocal: false);

    /// <summary>Epoch and release only.</summary>
    public string BaseVersion => Write(_release, withSuffixes: false, withLocal: false);

    internal ReadOnlySpan<VersionNumber> TrimmedRelease => _release.AsSpan(0, TrimmedLength(_release));

    internal ReadOnlySpan<VersionNumber> ReleaseNumbers => _release;

    internal bool HasLocal => _local is not null;

    /// <summary>Parses a version in any allowed spelling, with optional surrounding white space. Returns false if the
    /// text is not a valid one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PythonVersion? version)
    {
        version = null;
        return text is not null && TryParse(text.AsSpan(), out version);
    }

    /// <summary>Parses a version in any allowed spelling, with optional surrounding white space. Returns false if the
    /// text is not a valid one.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PythonVersion? version)
    {
        version = null;
        var reader = new VersionReader(PythonWhitespace.Trim(text));
        reader.SkipPrefix();
        var epoch = reader.ReadEpoch();
        var release = reader.ReadRelease();
        if (release.Length == 0)
            return false;
        var pre = reader.ReadPreRelease();
        var post = reader.ReadPostRelease();
        var dev = reader.ReadDevRelease();
        var local = reader.ReadLocal();
        if (!reader.AtEnd)
            return false;
        version = new PythonVersion(epoch, release, local) { Pre = pre, Post = post, Dev = dev };
        return true;
    }

    /// <summary>Parses a version in any allowed spelling.</summary>
    /// <exception cref="FormatException">The text is not a version.</exception>
    public static PythonVersion Parse(string text) => TryParse(text, out var version)
        ? version
        : throw new FormatException($"\"{text}\" is not a version (PEP 440).");

    /// <summary>Parses a version, or returns null if the text is not a valid one.</summary>
    public static PythonVersion? ParseOrNull(ReadOnlySpan<char> text) =>
        TryParse(text, out var version) ? version : null;

    /// <summary>Formats the normal form.</summary>
    public override string ToString() => _text ??= Write(_release, withSuffixes: true, withLocal: true);

    /// <summary>Returns the lowest development release of this version.</summary>
    internal PythonVersion WithDevZero() => new(Epoch, _release, null) { Pre = Pre, Post = Post, Dev = 0 };

    static int TrimmedLength(VersionNumber[] release)
    {
        var length = release.Length;
        while (length > 1 && release[length - 1].IsZero)
            length--;
        return length;
    }

    string Write(ReadOnlySpan<VersionNumber> numbers, bool withSuffixes, bool withLocal)
    {
        var builder = new StringBuilder(16);
        if (!Epoch.IsZero)
            builder.Append(Epoch).Append('!');
        builder.Append(numbers[0]);
        foreach (var number in numbers[1..])
            builder.Append('.').Append(number);
        if (withSuffixes)
        {
            if (Pre is { } pre)
                builder.Append(pre);
            if (Post is { } post)
                builder.Append(".post").Append(post);
            if (Dev is { } dev)
                builder.Append(".dev").Append(dev);
        }
        if (withLocal && _local is not null)
            builder.Append('+').AppendJoin('.', _local);
        return builder.ToString();
    }
}

/// <summary>One part of a local version label: a number or text. Text sorts before numbers
/// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers">local
/// version identifiers</see>).</summary>
readonly record struct LocalSegment(string? Text, VersionNumber Number) : IComparable<LocalSegment>
{
    public static LocalSegment Parse(ReadOnlySpan<char> text) => text.ContainsAnyExceptInRange('0', '9')
        ? new LocalSegment(text.ToString().ToLowerInvariant(), 0)
        : new LocalSegment(null, VersionNumber.FromDigits(text));

    public int CompareTo(LocalSegment other)
    {
        if (Text is not null && other.Text is not null)
            return string.CompareOrdinal(Text, other.Text);
        return Text is null && other.Text is null
            ? Number.CompareTo(other.Number)
            : (Text is null).CompareTo(other.Text is null);
    }

    public override string ToString() => Text ?? Number.ToString();
}
