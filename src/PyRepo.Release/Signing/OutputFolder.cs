using System.Text;
using PyRepo.Release.Files;

namespace PyRepo.Release.Signing;

/// <summary>The folder of a release.</summary>
/// <param name="path">Where it is.</param>
sealed class OutputFolder(string path)
{
    /// <summary>Writes a file.</summary>
    public void Write(string name, byte[] content) => File.WriteAllBytes(PathOf(name), content);

    /// <inheritdoc cref="Write(string, byte[])"/>
    public void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Copies a file, which may be run if its source may.</summary>
    public void Copy(string source, string name) => File.Copy(source, PathOf(name));

    /// <summary>Writes the checksums of all other files, in the form of <c>sha256sum</c>, and with a key their signature.</summary>
    public void WriteChecksums(SigningKey? key)
    {
        if (key is not null)
            Write("cosign.pub", key.PublicPem);
        var lines = from name in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                        .Select(file => Path.GetRelativePath(path, file)).Order(StringComparer.Ordinal)
                    select $"{Sha256.HexOfFile(Path.Combine(path, name))}  {name}\n";
        var sums = Encoding.UTF8.GetBytes(string.Concat(lines));
        Write("SHA256SUMS", sums);
        if (key is null)
            return;
        Write("SHA256SUMS.sig", Convert.ToBase64String(key.Sign(sums)) + "\n");
        Write("SHA256SUMS.sigstore.json", JsonBytes.Write(SigstoreBundle.OfFile(key, sums)));
    }

    string PathOf(string name)
    {
        var file = Path.Combine(path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return file;
    }
}
