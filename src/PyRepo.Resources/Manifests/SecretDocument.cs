using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// A Kubernetes Secret. Values in <c>stringData</c> override those in <c>data</c>. Values never appear in problems.
/// </summary>
public sealed record SecretDocument : DataDocument
{
    public static readonly ObjectType<SecretDocument> Type = new(fields => new(fields));

    /// <summary><c>Opaque</c>, <c>kubernetes.io/basic-auth</c> and so on.</summary>
    public string SecretType { get; init; } = "Opaque";

    public SecretDocument()
    {
    }

    [SetsRequiredMembers]
    SecretDocument(FieldReader fields)
    {
        fields.Ignore("apiVersion", "kind", "immutable");
        Metadata = fields.Required("metadata", ObjectMetadata.DataType, "The Secret's name and namespace.");
        SecretType = fields.Default("type", new StringType(253), SecretType, "The type of the Secret.");
        var data = fields.Default("data", DataFields.Bytes, ValueDictionary<ReadOnlyMemory<byte>>.Empty,
            "The values in Base64.");
        var text = fields.Default("stringData", DataFields.ConfidentialText, ValueDictionary<string>.Empty,
            "The values as plain text.");
        Data = data.ToImmutableSortedDictionary(StringComparer.Ordinal)
            .SetItems(text.Select(entry =>
                KeyValuePair.Create(entry.Key, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(entry.Value))));
    }
}
