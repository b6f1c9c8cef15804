using System.Text.Json.Nodes;
using PyRepo.Release.Files;

namespace PyRepo.Release.Oci;

/// <summary>An image of one platform, as <c>images/build.sh</c> makes it.</summary>
/// <param name="Architecture">The processor that it is for.</param>
/// <param name="Sbom">The parts that it consists of, as SPDX.</param>
sealed record ImageArchive(string Architecture, byte[] Sbom)
{
    readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    /// <summary>Its manifest.</summary>
    public required Descriptor Manifest { get; init; }

    /// <summary>Reads <c>NAME.tar</c> and <c>NAME.spdx.json</c> of a folder.</summary>
    /// <exception cref="FormatException">The image is for another processor.</exception>
    public static ImageArchive Read(string folder, string name, string architecture)
    {
        var path = Path.Combine(folder, $"{name}.tar");
        using var file = File.OpenRead(path);
        var files = Tarball.Unpack(file);
        JsonNode Blob(JsonNode descriptor) => JsonNode.Parse(files[PathOf((string)descriptor["digest"]!)])!;
        var manifest = JsonNode.Parse(files["index.json"])!["manifests"]![0]!;
        var platform = (string?)Blob(Blob(manifest)["config"]!)["architecture"];
        if (platform != architecture)
            throw new FormatException($"{path} is an image for {platform}, not for {architecture}");
        var image = new ImageArchive(architecture, File.ReadAllBytes(Path.Combine(folder, $"{name}.spdx.json")))
        {
            Manifest = Descriptor.Read(manifest),
        };
        foreach (var (blob, content) in files.Where(file => file.Key.StartsWith("blobs/", StringComparison.Ordinal)))
            image._blobs[blob] = content;
        return image;
    }

    /// <summary>Adds all of it to a layout.</summary>
    /// <returns>Its manifest, with the platform.</returns>
    public Descriptor AddTo(OciLayout layout)
    {
        // Its manifest comes last: it names the others.
        foreach (var content in _blobs.Where(blob => blob.Key != PathOf(Manifest.Digest)).Select(blob => blob.Value))
            layout.Add(MediaTypes.Layer, content);
        return layout.Add(MediaTypes.Manifest, _blobs[PathOf(Manifest.Digest)]) with { Architecture = Architecture };
    }

    /// <summary>Returns the program <c>/app/NAME</c>, which the last layer holds.</summary>
    /// <exception cref="FormatException">It is not there.</exception>
    public byte[] ReadProgram(string name)
    {
        var layers = JsonNode.Parse(_blobs[PathOf(Manifest.Digest)])!["layers"]!.AsArray();
        return Tarball.Find(_blobs[PathOf((string)layers[^1]!["digest"]!)], $"app/{name}")
            ?? throw new FormatException($"the image of {name} for {Architecture} has no /app/{name}");
    }

    static string PathOf(string digest) => $"blobs/{digest.Replace(':', '/')}";
}
