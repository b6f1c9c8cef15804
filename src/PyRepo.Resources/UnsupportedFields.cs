using System.Collections.Immutable;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources;

/// <summary>
/// The fields that have no effect yet. The server reports those that a resource sets, the operator makes them a
/// condition, and the CRDs and <c>docs/reference.md</c> mark them. A field leaves the list when it works.
/// </summary>
public static class UnsupportedFields
{
    /// <summary>Their paths; at present there are none. What is below one has no effect either.</summary>
    public static ImmutableArray<string> Paths { get; } = [];

    /// <summary>Whether a field is in the list, or below one that is.</summary>
    /// <param name="path">Its path without indexes: <c>spec.access.grants[].role</c>.</param>
    public static bool Contains(string path) => Paths.Any(field => Covers(field, path));

    /// <summary>Whether a path is that of a field, or of something below it.</summary>
    public static bool Covers(string field, string path) =>
        path == field || path.StartsWith($"{field}.", StringComparison.Ordinal)
        || path.StartsWith($"{field}[", StringComparison.Ordinal);

    /// <summary>The fields of the list that a resource sets.</summary>
    public static IEnumerable<Diagnostic> In(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var written = resource.WrittenFields;
        foreach (var field in Paths)
            if (written.TryGetValue(field, out var position))
                yield return Diagnostic.At(position, field, "not supported yet", ProblemReason.Unknown);
    }
}
