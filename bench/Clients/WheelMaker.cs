using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Bench.Clients;

/// <summary>
/// Makes valid wheels of any length: one stored member of pseudo-random bytes, METADATA, WHEEL and RECORD
/// (the binary distribution format, packaging.python.org), written as a stream.
/// </summary>
sealed class WheelMaker(string folder, int seed)
{
    ulong _state = (ulong)seed;

    /// <summary>Makes a wheel whose payload has <paramref name="payload"/> bytes.</summary>
    /// <param name="withDigests">Compute the MD5 and the BLAKE2b-256 that twine sends, too.</param>
    public Wheel Make(string project, string version, long payload, bool withDigests = true)
    {
        Directory.CreateDirectory(folder);
        var name = project.Replace('-', '_');
        var path = System.IO.Path.Combine(folder, $"{name}-{version}-py3-none-any.whl");
        using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite))
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create))
            Fill(archive, name, project, version, payload);

        if (!withDigests)
            return new Wheel(path, project, version, GetSha256(path), Md5: null, Blake2: null);
        var (sha256, md5) = (Crowd.Start(() => GetSha256(path)), Crowd.Start(() => GetDigest(path, "md5sum")));
        var blake2 = GetDigest(path, "b2sum", "-l", "256");
        return new Wheel(path, project, version, sha256.Result, md5.Result, blake2);
    }

    void Fill(ZipArchive archive, string name, string project, string version, long payload)
    {
        var info = $"{name}-{version}.dist-info";
        var record = new StringBuilder();
        record.Append(Add(archive, $"{name}/payload.bin", payload));
        record.Append(Add(archive, $"{info}/METADATA",
            $"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n"
            + "Summary: Made by bench\nRequires-Python: >=3.8\n"));
        record.Append(Add(archive, $"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
        record.Append($"{info}/RECORD,,\n");
        Add(archive, $"{info}/RECORD", record.ToString());
    }

    static string Add(ZipArchive archive, string member, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var stream = Create(archive, member);
        stream.Write(bytes);
        return RecordLine(member, SHA256.HashData(bytes), bytes.Length);
    }

    string Add(ZipArchive archive, string member, long length)
    {
        using var stream = Create(archive, member);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[256 * 1024];
        for (var left = length; left > 0; left -= block.Length)
        {
            NextBytes(block);
            var part = block.AsSpan(0, (int)Math.Min(left, block.Length));
            hash.AppendData(part);
            stream.Write(part);
        }

        return RecordLine(member, hash.GetHashAndReset(), length);
    }

    static Stream Create(ZipArchive archive, string member)
    {
        var entry = archive.CreateEntry(member, CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }

    static string RecordLine(string member, byte[] sha256, long length)
    {
        var digest = Convert.ToBase64String(sha256).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{member},sha256={digest},{length}\n";
    }

    /// <summary>SplitMix64: repeatable, and faster than the disk.</summary>
    void NextBytes(Span<byte> bytes)
    {
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            word = z ^ (z >> 31);
        }
    }

    static string GetSha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>With the system's own tools, which write a digest and a name.</summary>
    static string GetDigest(string path, string tool, params string[] arguments) =>
        ChildProcess.Run(tool, [.. arguments, path]).Split(' ')[0];
}
