using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Manifests;

/// <summary>A Kubernetes ConfigMap. Its data includes the values of <c>binaryData</c>.</summary>
public sealed record ConfigMapDocument : DataDocument
{
    public static readonly ObjectType<ConfigMapDocument> Type = new(fields => new(fields));

    public ConfigMapDocument()
    {
    }

    [SetsRequiredMembers]
    ConfigMapDocument(FieldReader fields)
    {
        fields.Ignore("apiVersion", "kind", "immutable");
        Metadata = fields.Required("metadata", ObjectMetadata.DataType, "The ConfigMap's name and namespace.");
        var text = fields.Default("data", DataFields.Text, ValueDictionary<string>.Empty, "The values as plain text.");
        var binary = fields.Default("binaryData", DataFields.Bytes, ValueDictionary<ReadOnlyMemory<byte>>.Empty,
            "Values in Base64.");
        Data = binary.ToImmutableSortedDictionary(StringComparer.Ordinal)
            .SetItems(text.Select(entry =>
                KeyValuePair.Create(entry.Key, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(entry.Value))));
    }
}

/// <summary>A Secret or ConfigMap. Its values never appear in <c>ToString</c>.</summary>
public abstract record DataDocument
{
    public required ObjectMetadata Metadata { get; init; }

    public ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Data { get; init; } =
        ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>The start of the document.</summary>
    public SourcePosition Position { get; init; }
}
