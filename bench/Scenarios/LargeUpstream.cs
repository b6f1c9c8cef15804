using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Bench.Scenarios;

/// <summary>
/// The files of an index with as many names as PyPI has, for a static server: the list of all, and the pages of a few.
/// </summary>
sealed class LargeUpstream
{
    /// <summary>Below it are the pages.</summary>
    public const string Pages = "/simple/";

    const int Files = 10;
    const string Meta = "\"meta\":{\"api-version\":\"1.1\"}";
    static readonly string[] _syllables =
        ["py", "dat", "lib", "net", "tool", "kit", "api", "cli", "ml", "web", "auth",
            "test", "plug", "stream", "graph", "x"];

    public LargeUpstream(string folder, int names, int hot)
    {
        Folder = folder;
        Names = [.. Enumerable.Range(0, names).Select(GetName)];
        Hot = [.. Names.Take(hot)];
        var list = string.Join(',', Names.Select(name => $$"""{"name":"{{name}}"}"""));
        Save("simple", $$"""{{{Meta}},"projects":[{{list}}]}""");
        foreach (var name in Hot)
            Save($"simple/{name}", GetPage(name));
    }

    public string Folder { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Those that have pages.</summary>
    public IReadOnlyList<string> Hot { get; }

    void Save(string folder, string json)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, folder)).FullName, "index.json");
        File.WriteAllText(file, json);
        using var compressed = new GZipStream(File.Create($"{file}.gz"), CompressionLevel.Fastest);
        compressed.Write(Encoding.UTF8.GetBytes(json));
    }

    static string GetPage(string name)
    {
        var files = Enumerable.Range(0, Files).Select(n =>
        {
            var file = $"{name.Replace('-', '_')}-1.{n}-py3-none-any.whl";
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)));
            return $$"""{"filename":"{{file}}","url":"/files/{{file}}","size":1000,"hashes":{"sha256":"{{hash}}"} }""";
        });
        var versions = string.Join(',', Enumerable.Range(0, Files).Select(n => $"\"1.{n}\""));
        return $$"""{{{Meta}},"name":"{{name}}","versions":[{{versions}}],"files":[{{string.Join(',', files)}}]}""";
    }

    /// <summary>Names that are about as long as PyPI's, and share as little.</summary>
    static string GetName(int number)
    {
        // MurmurHash3's last step: no two numbers become the same.
        var mixed = (uint)number;
        mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6B;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35;
        mixed ^= mixed >> 16;
        var first = _syllables[mixed >> 28];
        var second = _syllables[(mixed >> 24) & 15];
        return string.Create(CultureInfo.InvariantCulture, $"{first}{second}-{mixed:x8}");
    }
}
