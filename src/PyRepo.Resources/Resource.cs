using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources;

/// <summary>
/// A resource of one of the three kinds. Specs are equal if their values are equal; resources also need equal
/// positions.
/// </summary>
public abstract partial record Resource
{
    public const string Group = "pyrepo.dev";
    public const string Version = "v1alpha1";
    public const string CurrentApiVersion = $"{Group}/{Version}";

    public string ApiVersion { get; init; } = CurrentApiVersion;

    public abstract string Kind { get; }

    public required ObjectMetadata Metadata { get; init; }

    /// <summary>The start of the document.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>The fields in the document by path, each with the position of its value.</summary>
    public FrozenDictionary<string, SourcePosition> FieldPositions { get; init; } =
        FrozenDictionary<string, SourcePosition>.Empty;

    /// <summary>
    /// Like <see cref="FieldPositions"/>, but without list indexes: <c>spec.access.grants[].role</c> has the position
    /// of its first occurrence. Keys of maps such as <c>spec.ingress.annotations</c> are not fields.
    /// </summary>
    public FrozenDictionary<string, SourcePosition> WrittenFields => FieldPositions
        .GroupBy(written => ListIndex().Replace(written.Key, "[]"), written => written.Value, StringComparer.Ordinal)
        .ToFrozenDictionary(
            shape => shape.Key, shape => shape.MinBy(at => (at.Line, at.Column)), StringComparer.Ordinal);

    /// <summary>Returns the position of a field's value, or of the nearest enclosing field that is written.</summary>
    public SourcePosition PositionOf(string fieldPath)
    {
        for (var path = fieldPath; path.Length > 0; path = path[..Math.Max(0, path.AsSpan().LastIndexOfAny('.', '['))])
            if (FieldPositions.TryGetValue(path, out var position))
                return position;
        return Position;
    }

    protected Resource()
    {
    }

    [SetsRequiredMembers]
    protected Resource(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Ignore("apiVersion", "kind", "status");
        Metadata = fields.Required("metadata", ObjectMetadata.Type, "The name, namespace, labels and annotations.");
    }

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex ListIndex();
}
