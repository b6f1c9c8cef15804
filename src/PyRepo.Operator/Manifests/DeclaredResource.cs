using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;

namespace PyRepo.Operator.Manifests;

/// <summary>A resource: the object in the cluster, and what was parsed from it.</summary>
public sealed record DeclaredResource
{
    /// <summary>A condition has room for about so many.</summary>
    const int MaxProblems = 50;

    DeclaredResource(CustomObject source, Resource? resource, ImmutableArray<Diagnostic> problems) =>
        (Source, Resource, Problems) = (source, resource, problems);

    /// <summary>The object itself.</summary>
    public CustomObject Source { get; }

    /// <summary>The parsed resource; null if something in it is wrong.</summary>
    public Resource? Resource { get; }

    /// <summary>The problems in it.</summary>
    public ImmutableArray<Diagnostic> Problems { get; }

    public string Kind => Source.Kind ?? "";

    public string Name => Source.Metadata.Name ?? "";

    public string Namespace => Source.Metadata.Namespace ?? "";

    public string Uid => Source.Metadata.Uid ?? "";

    public long Generation => Source.Metadata.Generation ?? 0;

    /// <summary>The spec that the three kinds have in common; null if there is a problem.</summary>
    public ServedSpec? Spec => Resource switch
    {
        PythonRepository hosted => hosted.Spec,
        ProxyRepository proxy => proxy.Spec,
        RepositoryGroup group => group.Spec,
        _ => null,
    };

    /// <summary>Null for a group.</summary>
    public StoredSpec? Stored => Spec as StoredSpec;

    /// <summary>The bucket whose data go with the resource; null: there is none, or its data stay.</summary>
    public BucketSpec? ErasedBucket =>
        Stored?.Storage is { DeletionPolicy: DeletionPolicy.Delete, Bucket: { } bucket } ? bucket : null;

    /// <summary>The value of an annotation; null where there is none.</summary>
    public string? Annotation(string name) => Source.Metadata.Annotations?.GetValueOrDefault(name);

    /// <summary>Parses an object of one of the three kinds, by the same rules as the server and the CRDs.</summary>
    public static DeclaredResource Read(CustomObject source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.LengthOfLeftOutSpec is { } length)
        {
            var problem = Diagnostic.At(default, "spec", SpecLength.GetMessage(length), ProblemReason.Invalid);
            return new DeclaredResource(source, null, [problem]);
        }
        if (source.IsMetadataOnly)
            return new DeclaredResource(source, null, []);
        var set = ManifestReader.Read([new ManifestSource("resource.json", GetText(source))]);
        return new DeclaredResource(
            source, set.Problems.IsEmpty ? WithoutPositions(set.Resources.SingleOrDefault()) : null,
            [.. set.Problems.Take(MaxProblems)]);
    }

    /// <summary>They take more memory than the rest, and nobody asks for them here.</summary>
    static Resource? WithoutPositions(Resource? resource) =>
        resource is null ? null : resource with { FieldPositions = FrozenDictionary<string, SourcePosition>.Empty };

    /// <summary>The object without its status, and without a spec where it has none.</summary>
    static string GetText(CustomObject source)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", source.ApiVersion);
            writer.WriteString("kind", source.Kind);
            writer.WritePropertyName("metadata");
            JsonSerializer.Serialize(writer, source.Metadata, KubernetesJson.Default.ObjectMeta);
            if (source.Spec.ValueKind is not JsonValueKind.Undefined)
            {
                writer.WritePropertyName("spec");
                source.Spec.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
