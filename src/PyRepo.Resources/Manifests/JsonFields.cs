using System.Collections.Immutable;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>Reads fields that are in no manifest, by the same rules.</summary>
public static class JsonFields
{
    /// <summary>Reads one JSON value.</summary>
    /// <param name="type">The expected type.</param>
    /// <param name="json">The value.</param>
    /// <param name="path">The path of its field, for the problems.</param>
    /// <param name="problems">The problems. The result is only usable if there are none.</param>
    public static T Read<T>(ObjectType<T> type, string json, string path, out ImmutableArray<Diagnostic> problems)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        var unreadable = new List<Diagnostic>();
        var value = type.Placeholder;
        foreach (var document in JsonDocuments.Read(path, json, unreadable))
        {
            var context = new ReadContext(document.Problems);
            type.TryRead(document.Root, new FieldLocation(context, path, document.Root.Position), out value);
            unreadable.AddRange(context.Problems);
        }
        problems = [.. unreadable];
        return value;
    }
}
