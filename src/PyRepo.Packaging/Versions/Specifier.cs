using System.Diagnostics.CodeAnalysis;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Versions;

/// <summary>One clause of a specifier set: an operator and a version
/// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#id5">version
/// specifiers</see>).</summary>
sealed class Specifier
{
    static readonly string[] _operators = ["===", "==", "!=", "~=", "<=", ">=", "<", ">"];

    readonly string _operator;
    readonly string _versionText;
    readonly PythonVersion? _version;
    readonly PythonVersion? _bound;
    readonly bool _isPrefix;

    Specifier(string @operator, string versionText, PythonVersion? version, bool isPrefix)
    {
        _operator = @operator;
        _versionText = versionText;
        _version = version;
        _isPrefix = isPrefix;
        _bound = @operator == "<" && version is { IsPrerelease: false } ? version.WithDevZero() : version;
    }

    /// <summary>Whether the operator is <c>===</c>, which compares text and needs no valid version.</summary>
    public bool IsArbitrary => _operator == "===";

    /// <summary>Whether the clause names a pre-release and thereby allows pre-releases.</summary>
    public bool ImpliesPrereleases =>
        _operator != "!=" && !_isPrefix && _version is { IsPrerelease: true };

    /// <summary>The same text for all equal specifiers: <c>==1.0</c> and <c>==1.0.0</c>.</summary>
    public string Identity => IsArbitrary || _isPrefix
        ? ToString()
        : _operator + (_operator == "~=" ? _version!.ToString() : _version!.Canonical);

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Specifier? specifier)
    {
        specifier = null;
        text = PythonWhitespace.Trim(text);
        var length = MatchLength(text);
        if (length == 0 || length != text.Length)
            return false;
        var op = OperatorAt(text)!;
        var operand = PythonWhitespace.Trim(text[op.Length..]);
        var isPrefix = op != "===" && operand.EndsWith(".*");
        var isVersion = PythonVersion.TryParse(isPrefix ? operand[..^2] : operand, out var version);
        if (!isVersion && op != "===")
            return false;
        specifier = new Specifier(op, operand.ToString(), version, isPrefix);
        return true;
    }

    /// <summary>Returns the length of the longest specifier at the start of a text, or 0 if there is none.</summary>
    public static int MatchLength(ReadOnlySpan<char> text)
    {
        var op = OperatorAt(text);
        if (op is null)
            return 0;
        var start = op.Length;
        while (start < text.Length && PythonWhitespace.IsWhiteSpace(text[start]))
            start++;
        if (op == "===")
            return start + LengthOfArbitrary(text[start..]);
        var length = LengthOfVersion(op, text[start..]);
        return length == 0 ? 0 : start + length;
    }

    /// <summary>Whether a version satisfies the clause. Pre-releases can satisfy it.</summary>
    public bool Contains(PythonVersion candidate) => _operator switch
    {
        "==" => EqualsVersion(candidate),
        "!=" => !EqualsVersion(candidate),
        ">=" => candidate >= _version!,
        "<=" => candidate.ComparePublic(_version!) <= 0,
        "<" => candidate < _bound!,
        ">" => IsAfter(candidate),
        "~=" => candidate.Epoch == _version!.Epoch
            && candidate >= _version
            && HasPrefix(candidate, _version.ReleaseNumbers[..^1]),
        _ => EqualsText(candidate.ToString()),
    };

    /// <summary>Whether a text satisfies <c>===</c>, ignoring case.</summary>
    public bool EqualsText(string candidate) =>
        candidate.Equals(_versionText, StringComparison.OrdinalIgnoreCase);

    /// <summary>The operator and the version as written.</summary>
    public override string ToString() => _operator + _versionText;

    static string? OperatorAt(ReadOnlySpan<char> text)
    {
        foreach (var candidate in _operators)
        {
            if (text.StartsWith(candidate))
                return candidate;
        }
        return null;
    }

    static int LengthOfArbitrary(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && text[length] is not (';' or ')') && !PythonWhitespace.IsWhiteSpace(text[length]))
            length++;
        return length;
    }

    static int LengthOfVersion(string op, ReadOnlySpan<char> text)
    {
        var reader = new VersionReader(text);
        reader.SkipPrefix();
        reader.ReadEpoch();
        var numbers = reader.ReadRelease().Length;
        if (numbers == 0 || (op == "~=" && numbers == 1))
            return 0;
        var allowsEverything = op is "==" or "!=";
        if (allowsEverything && text[reader.Position..].StartsWith(".*"))
            return reader.Position + 2;
        reader.ReadPreRelease();
        reader.ReadPostRelease();
        reader.ReadDevRelease();
        if (allowsEverything)
            reader.ReadLocal();
        return reader.Position;
    }

    static bool HasPrefix(PythonVersion candidate, ReadOnlySpan<VersionNumber> prefix)
    {
        var numbers = candidate.ReleaseNumbers;
        for (var i = 0; i < prefix.Length; i++)
        {
            if (prefix[i] != (i < numbers.Length ? numbers[i] : 0))
                return false;
        }
        return true;
    }

    bool EqualsVersion(PythonVersion candidate)
    {
        if (_isPrefix)
            return candidate.Epoch == _version!.Epoch && HasPrefix(candidate, _version.ReleaseNumbers);
        return _version!.HasLocal ? candidate.Equals(_version) : candidate.ComparePublic(_version) == 0;
    }

    /// <summary><c>&gt;1.0</c> contains neither <c>1.0+local</c> nor <c>1.0.post1</c>, unless it names a post-release
    /// or development release itself
    /// (<see href="https://packaging.python.org/en/latest/specifications/version-specifiers/#exclusive-ordered-comparison">exclusive
    /// ordered comparison</see>).</summary>
    bool IsAfter(PythonVersion candidate)
    {
        if (candidate.ComparePublic(_version!) <= 0)
            return false;
        var isPostOfThis = _version is { Post: null, Dev: null }
            && candidate.IsPostrelease
            && candidate.CompareEpochAndRelease(_version) == 0
            && candidate.Pre == _version.Pre;
        return !isPostOfThis;
    }
}
