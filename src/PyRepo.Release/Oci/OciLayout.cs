using System.Text.Json.Nodes;
using PyRepo.Release.Files;

namespace PyRepo.Release.Oci;

/// <summary>
/// An image layout (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md"/>) that holds all
/// of one repository of a registry: tags, and what is attached to their manifests.
/// </summary>
/// <param name="folder">Where it is written.</param>
/// <param name="repository">The repository's name, such as <c>ghcr.io/pyrepo/pyrepo</c>.</param>
sealed class OciLayout(string folder, string repository)
{
    static readonly byte[] _empty = "{}"u8.ToArray();

    readonly List<Descriptor> _added = [];
    readonly SortedDictionary<string, Descriptor> _tags = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, List<Descriptor>> _referrers = new(StringComparer.Ordinal);

    /// <summary>The repository's name.</summary>
    public string Repository => repository;

    /// <summary>Adds a blob.</summary>
    public Descriptor Add(string mediaType, ReadOnlySpan<byte> content)
    {
        var descriptor = Descriptor.Of(mediaType, content);
        var path = Path.Combine(folder, "blobs", "sha256", descriptor.Digest["sha256:".Length..]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        if (_added.TrueForAll(added => added.Digest != descriptor.Digest))
            _added.Add(descriptor);
        return descriptor;
    }

    /// <summary>Adds a manifest or an index.</summary>
    public Descriptor Add(string mediaType, JsonObject document) => Add(mediaType, JsonBytes.Write(document));

    /// <summary>Adds the manifest of an artifact: something in a registry that is no image.</summary>
    public Descriptor AddArtifact(Artifact artifact)
    {
        var manifest = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.Manifest };
        if (artifact.Type is not null)
            manifest["artifactType"] = artifact.Type;
        manifest["config"] = (artifact.Config ?? Add(MediaTypes.Empty, _empty)).ToJson();
        manifest["layers"] = new JsonArray([.. artifact.Layers.Select(layer => layer.ToJson())]);
        if (artifact.Subject is { } subject)
            manifest["subject"] = new Descriptor(subject.MediaType, subject.Digest, subject.Size).ToJson();
        if (!artifact.Annotations.IsEmpty)
            manifest["annotations"] = JsonBytes.Map(artifact.Annotations);
        var descriptor = Add(MediaTypes.Manifest, manifest) with
        {
            ArtifactType = artifact.Type,
            Annotations = artifact.Annotations,
        };
        if (artifact.Subject is not null)
            ReferrersOf(artifact.Subject).Add(descriptor);
        return descriptor;
    }

    /// <summary>Gives a manifest a tag.</summary>
    public void Tag(string tag, Descriptor manifest) => _tags[tag] = manifest;

    /// <summary>
    /// Writes the index of the layout. Whatever refers to a manifest also stands in an index with the manifest's digest as its
    /// tag, for registries that cannot list referrers
    /// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema"/>).
    /// </summary>
    public void Write()
    {
        foreach (var (tag, referrers) in _referrers)
            Tag(tag, Add(MediaTypes.Index, IndexOf(referrers)));
        var index = IndexOf(_tags.Select(tag => tag.Value
            .Annotate("org.opencontainers.image.ref.name", tag.Key)
            .Annotate("io.containerd.image.name", $"{repository}:{tag.Key}")));
        File.WriteAllBytes(Path.Combine(folder, "index.json"), JsonBytes.WriteIndented(index));
        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    /// <summary>
    /// The requests that copy all of it into a registry, one on each line: the name, the media type of a manifest or
    /// <c>blob</c>, the digest, and for a tag its name. A registry takes a manifest after all that it names.
    /// </summary>
    public IEnumerable<string> Uploads(string name) =>
    [
        .. from added in _added
           let kind = added.MediaType is MediaTypes.Index or MediaTypes.Manifest ? added.MediaType : "blob"
           select $"{name} {kind} {added.Digest}",
        .. _tags.Select(tag => $"{name} {tag.Value.MediaType} {tag.Value.Digest} {tag.Key}"),
    ];

    /// <summary>An index of some manifests.</summary>
    public static JsonObject IndexOf(IEnumerable<Descriptor> manifests) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.Index,
        ["manifests"] = new JsonArray([.. manifests.Select(manifest => manifest.ToJson())]),
    };

    List<Descriptor> ReferrersOf(Descriptor subject)
    {
        if (!_referrers.TryGetValue(subject.DigestTag, out var referrers))
            _referrers[subject.DigestTag] = referrers = [];
        return referrers;
    }
}
