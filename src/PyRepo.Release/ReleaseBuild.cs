using System.Collections.Immutable;
using PyRepo.Release.Charts;
using PyRepo.Release.Files;
using PyRepo.Release.Notes;
using PyRepo.Release.Oci;
using PyRepo.Release.Olm;
using PyRepo.Release.Provenance;
using PyRepo.Release.Signing;

namespace PyRepo.Release;

/// <summary>Makes a release of images that are built already.</summary>
/// <param name="options">The files that it is made from, and where it goes.</param>
/// <param name="source">The commit.</param>
/// <param name="key">Signs it; null: nothing is signed.</param>
sealed class ReleaseBuild(ReleaseOptions options, ReleaseSource source, SigningKey? key)
{
    const string Registry = "ghcr.io/pyrepo";
    const string OperatorName = "pyrepo-operator";

    static readonly string[] _architectures = ["amd64", "arm64"];

    readonly ManifestSigner? _signer = key is null ? null : new(key, source.Time);

    /// <summary>The files that are published by themselves, with their SHA-256.</summary>
    readonly List<KeyValuePair<string, string>> _files = [];
    readonly List<(OciLayout Layout, Descriptor Manifest)> _published = [];

    readonly OutputFolder _out = new(options.Out);

    /// <summary>Writes all of it.</summary>
    /// <returns>Remarks for its maker.</returns>
    public IReadOnlyList<string> Run()
    {
        ReleasedImage[] images =
        [
            AddImage(OperatorName, "Private Python package repositories as Kubernetes resources: the operator."),
            AddImage("pyrepo", "A Python package index: hosted, pull-through, or several as one."),
        ];
        var changes = Changelog.Read(File.ReadAllText(Path.Combine(options.Root, "CHANGELOG.md")), source.Version);
        AddChart(images, changes);
        AddBundle(images);
        var references = images.Select(image => image.Reference).Order(StringComparer.Ordinal).ToList();
        _out.Write("images.txt", string.Concat(references.Select(reference => reference + "\n")));
        _out.Write("notes.md", ReleaseNotes.Write(source.Version, references, key is not null, changes));
        _out.Copy(Path.Combine(options.Root, "images", "push.sh"), "push.sh");
        AddProvenance();
        foreach (var (layout, _) in _published)
            layout.Write();
        _out.Write("uploads.txt", string.Concat(
            from one in _published
            from line in one.Layout.Uploads(one.Layout.Repository[(Registry.Length + 1)..])
            select line + "\n"));
        _out.WriteChecksums(key);
        return
        [
            changes.IsUnreleased
                ? $"CHANGELOG.md has no part '## {source.Version}' yet: the notes are those of '## Unreleased'."
                : $"The notes are those of '## {changes.Heading}'.",
            key is null ? "Nothing is signed: there is no --key." : $"Signed with the key {key.Fingerprint}.",
        ];
    }

    /// <summary>Both platforms of an image as one index, each with its list of parts.</summary>
    ReleasedImage AddImage(string name, string description)
    {
        var layout = LayoutOf(name);
        ImmutableArray<Descriptor> platforms =
        [
            .. from architecture in _architectures
               let image = ImageArchive.Read(Path.Combine(options.Images, architecture), name, architecture)
               select AddPlatform(layout, name, image),
        ];
        var document = OciLayout.IndexOf(platforms);
        document["annotations"] = JsonBytes.Map(
        [
            new("org.opencontainers.image.created", Timestamp.Of(source.Time)),
            new("org.opencontainers.image.description", description),
            new("org.opencontainers.image.licenses", "Apache-2.0"),
            new("org.opencontainers.image.revision", source.Commit),
            new("org.opencontainers.image.source", "https://github.com/pyrepo/pyrepo"),
            new("org.opencontainers.image.title", name),
            new("org.opencontainers.image.vendor", "The PyRepo authors"),
            new("org.opencontainers.image.version", source.Version),
        ]);
        var index = layout.Add(MediaTypes.Index, document);
        Publish(layout, index);
        return new($"{Registry}/{name}", index, platforms);
    }

    Descriptor AddPlatform(OciLayout layout, string name, ImageArchive image)
    {
        if (name == OperatorName)
            AddPlugin(image);
        var manifest = image.AddTo(layout);
        _out.Write($"{name}-{image.Architecture}.spdx.json", image.Sbom);
        layout.AddArtifact(
            new(MediaTypes.Spdx, layout.Add(MediaTypes.Spdx, image.Sbom)) { Subject = manifest });
        _signer?.Attest(layout, manifest, Statement.Sbom($"{Registry}/{name}", manifest, image.Sbom));
        return manifest;
    }

    /// <summary>The program of the operator's image as a plugin of kubectl, under the two names that kubectl looks for.</summary>
    void AddPlugin(ImageArchive image)
    {
        var completion = "#!/bin/sh\nexec kubectl-pyrepo __complete \"$@\"\n"u8.ToArray();
        var name = $"kubectl-pyrepo-{source.Version}-linux-{image.Architecture}.tar.gz";
        var packed = Tarball.PackPrograms(
            [new("kubectl-pyrepo", image.ReadProgram(OperatorName)), new("kubectl_complete-pyrepo", completion)],
            source.Time);
        AddFile(name, packed);
    }

    void AddFile(string name, byte[] content)
    {
        _out.Write(name, content);
        _files.Add(KeyValuePair.Create(name, Sha256.Hex(content)));
    }

    void AddChart(ReleasedImage[] images, Changelog changes)
    {
        var chart = ReleaseChart.Make(
            Path.Combine(options.Root, "charts", "pyrepo-operator"), source.Version, images,
            ArtifactHub.Annotations(source.Version, images, changes.Changes, key));
        var packed = chart.Pack(source.Time);
        AddFile($"pyrepo-operator-{source.Version}.tgz", packed);
        var layout = LayoutOf("charts/pyrepo-operator");
        Publish(layout, layout.AddArtifact(new(Type: null, layout.Add(MediaTypes.Chart, packed))
        {
            Config = layout.Add(MediaTypes.ChartConfig, YamlFile.Parse(chart.MetadataText)[0]),
            Annotations = Artifact.NoAnnotations
                .Add("org.opencontainers.image.created", Timestamp.Of(source.Time))
                .Add("org.opencontainers.image.title", "pyrepo-operator")
                .Add("org.opencontainers.image.version", source.Version),
        }));
    }

    void AddBundle(ReleasedImage[] images)
    {
        var config = new InstallationManifests(options.Root);
        var csv = new ClusterServiceVersion(config, source.Version, source.Time, images);
        var bundle = new OperatorBundle(config, csv, images[1]);
        foreach (var (path, text) in bundle.Files)
            _out.Write(Path.Combine("bundle", path), text);
        _out.Write(Path.Combine("bundle", "policies.yaml"), config.Policies);
        var layout = LayoutOf("pyrepo-operator-bundle");
        Publish(layout, bundle.AddTo(layout, source.Time));
    }

    void Publish(OciLayout layout, Descriptor manifest)
    {
        layout.Tag(source.Version, manifest);
        _signer?.Sign(layout, manifest);
        _published.Add((layout, manifest));
    }

    /// <summary>One statement about all artifacts, which is attached to each in the registry.</summary>
    void AddProvenance()
    {
        var provenance = BuildProvenance.Of(
            source,
            [.. _published.Select(one => Statement.Subject(one.Layout.Repository, one.Manifest)), .. _files]);
        foreach (var (layout, manifest) in _published)
        {
            layout.AddArtifact(
                new(MediaTypes.InToto, layout.Add(MediaTypes.InToto, provenance.Bytes)) { Subject = manifest });
            _signer?.Attest(layout, manifest, provenance);
        }
        _out.Write("provenance.intoto.json", provenance.Bytes);
        if (key is not null)
            _out.Write("provenance.sigstore.json", JsonBytes.Write(
                SigstoreBundle.Of(key, DsseEnvelope.Sign(key, provenance.Bytes))));
    }

    OciLayout LayoutOf(string name) => new(Path.Combine(options.Out, "oci", name), $"{Registry}/{name}");
}

/// <summary>The files that a release is made from, and where it goes.</summary>
/// <param name="Root">The source tree.</param>
/// <param name="Images">The folder of the images: for each architecture a folder of archives and SBOMs.</param>
/// <param name="Out">The folder that is made.</param>
sealed record ReleaseOptions(string Root, string Images, string Out);
