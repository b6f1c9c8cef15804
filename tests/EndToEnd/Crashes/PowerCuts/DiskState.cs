using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Crashes.PowerCuts;

/// <summary>What a power cut left of a folder.</summary>
public sealed class DiskState
{
    /// <summary>The folders, by their paths.</summary>
    public List<string> Folders { get; } = [];

    /// <summary>The files' bytes, by their paths.</summary>
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Equal states have equal digests.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var folder in Folders.Order(StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{folder}/\n"));
        foreach (var (path, bytes) in Files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path} {bytes.Length}\n"));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Makes it in a folder.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var path in Folders)
            Directory.CreateDirectory(Path.Combine(folder, path));
        foreach (var (path, bytes) in Files)
            File.WriteAllBytes(Path.Combine(folder, path), bytes);
    }
}
