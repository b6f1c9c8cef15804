using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources;

/// <summary>
/// One of the three kinds that users declare. Specs compare by what they say; resources also by where they were
/// written.
/// </summary>
public abstract partial record Resource
{
    public const string Group = "pyrepo.dev";
    public const string Version = "v1alpha1";
    public const string CurrentApiVersion = $"{Group}/{Version}";

    public string ApiVersion { get; init; } = CurrentApiVersion;

    public abstract string Kind { get; }

    public required ObjectMetadata Metadata { get; init; }

    /// <summary>Where the document starts.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>The fields that the document writes, by path, each with the position of its value.</summary>
    public FrozenDictionary<string, SourcePosition> FieldPositions { get; init; } =
        FrozenDictionary<string, SourcePosition>.Empty;

    /// <summary>
    /// As <see cref="FieldPositions"/>, with list indexes dropped: <c>spec.access.grants[].role</c> has the position
    /// of the first one written. Keys of maps, as <c>spec.ingress.annotations</c>, are no fields.
    /// </summary>
    public FrozenDictionary<string, SourcePosition> WrittenFields => FieldPositions
        .GroupBy(written => ListIndex().Replace(written.Key, "[]"), written => written.Value, StringComparer.Ordinal)
        .ToFrozenDictionary(
            shape => shape.Key, shape => shape.MinBy(at => (at.Line, at.Column)), StringComparer.Ordinal);

    /// <summary>Where a field's value is written, or else the nearest field around it.</summary>
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
        Metadata = fields.Required("metadata", ObjectMetadata.Type, "The name, the namespace, labels and annotations.");
    }

    [GeneratedRegex(@"\[[0-9]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex ListIndex();
}
