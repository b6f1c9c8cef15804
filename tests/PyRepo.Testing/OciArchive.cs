using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PyRepo.Testing;

/// <summary>An image of one platform, in an archive as <c>images/build.sh</c> writes it.</summary>
public sealed class OciArchive
{
    readonly SortedDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    readonly JsonObject _config;
    readonly JsonArray _layers;

    OciArchive(JsonObject config, JsonArray layers) => (_config, _layers) = (config, layers);

    /// <summary>An image whose program <c>/app/NAME</c> is a text.</summary>
    public static OciArchive Of(string architecture, string name, string text)
    {
        var image = new OciArchive(new() { ["architecture"] = architecture, ["os"] = "linux" }, []);
        using var layer = new MemoryStream();
        using (var tar = new TarWriter(new GZipStream(layer, CompressionLevel.Fastest, leaveOpen: true)))
            tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, $"./app/{name}")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
            });
        image._layers.Add(image.Add("application/vnd.oci.image.layer.v1.tar+gzip", layer.ToArray()));
        return image;
    }

    /// <summary>The image of an archive, said to be for another processor.</summary>
    public static OciArchive Retarget(string path, string architecture)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using (var reader = new TarReader(File.OpenRead(path)))
            while (reader.GetNextEntry(copyData: true) is { } entry)
                if (entry.DataStream is MemoryStream data)
                    files[entry.Name.TrimStart('.', '/')] = data.ToArray();
        JsonObject Blob(JsonNode descriptor) =>
            JsonNode.Parse(files[PathOf((string)descriptor["digest"]!)])!.AsObject();
        var manifest = Blob(JsonNode.Parse(files["index.json"])!["manifests"]![0]!);
        var config = Blob(manifest["config"]!);
        config["architecture"] = architecture;
        var image = new OciArchive(config, manifest["layers"]!.DeepClone().AsArray());
        foreach (var layer in image._layers)
            image._blobs[PathOf((string)layer!["digest"]!)] = files[PathOf((string)layer["digest"]!)];
        return image;
    }

    /// <summary>Writes the archive.</summary>
    public void Save(string path)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Add("application/vnd.oci.image.config.v1+json", Bytes(_config)),
            ["layers"] = _layers.DeepClone(),
        };
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray(Add("application/vnd.oci.image.manifest.v1+json", Bytes(manifest))),
        };
        using var tar = new TarWriter(File.Create(path));
        foreach (var (name, content) in _blobs.Append(new("index.json", Bytes(index))))
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"./{name}")
            {
                DataStream = new MemoryStream(content),
            });
    }

    JsonObject Add(string mediaType, byte[] content)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
        _blobs[PathOf(digest)] = content;
        return new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = content.Length };
    }

    static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    static string PathOf(string digest) => $"blobs/{digest.Replace(':', '/')}";
}
