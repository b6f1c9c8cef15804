using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Requirements;

/// <summary>The condition after a requirement's semicolon
/// (<see href="https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers">environment
/// markers</see>).</summary>
public sealed class Marker : IEquatable<Marker>
{
    readonly MarkerNode _root;
    readonly string _text;

    internal Marker(MarkerNode root)
    {
        _root = root;
        var output = new StringBuilder();
        root.Write(output, isOutermost: true);
        _text = output.ToString();
    }

    /// <summary>Parses a marker. Returns false if the text is not a valid one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Marker? marker)
    {
        marker = null;
        if (text is null)
            return false;
        var reader = new RequirementReader(text);
        if (!MarkerReader.TryRead(ref reader, out var root) || !reader.AtEnd)
            return false;
        marker = new Marker(root);
        return true;
    }

    /// <summary>Parses a marker.</summary>
    /// <exception cref="FormatException">The text is not valid.</exception>
    public static Marker Parse(string text) => TryParse(text, out var marker)
        ? marker
        : throw new FormatException($"\"{text}\" is not an environment marker, such as python_version >= \"3.8\".");

    /// <summary>Evaluates the marker.</summary>
    /// <param name="environment">The Python environment.</param>
    /// <param name="extra">The requested extra, in any spelling; empty for none.</param>
    /// <exception cref="MarkerException">The marker has no value in the environment.</exception>
    public bool Evaluate(MarkerEnvironment environment, string extra = "") =>
        _root.Evaluate(environment, ProjectName.Normalize(extra));

    public bool Equals(Marker? other) => other is not null && other._text == _text;

    public override bool Equals(object? obj) => Equals(obj as Marker);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Formats the normal form.</summary>
    public override string ToString() => _text;
}
