using System.Security.Cryptography;

namespace EndToEnd.FromEmpty;

/// <summary>
/// A release of the images that the cluster's scripts have made. Those for arm64 hold the same programs: to compile others
/// takes minutes, which <c>./dev release</c> does.
/// </summary>
sealed class MadeRelease : IDisposable
{
    readonly TemporaryFolder _folder = new();

    MadeRelease()
    {
    }

    /// <summary>Its folder.</summary>
    public string Path => _folder["out"];

    /// <summary>The key that signs it.</summary>
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Makes it.</summary>
    public static async Task<MadeRelease> MakeAsync()
    {
        var release = new MadeRelease();
        foreach (var name in (string[])["pyrepo", "pyrepo-operator"])
        {
            var archive = SourceTree.At("artifacts", "images", $"{name}.tar");
            File.Copy(archive, release._folder.At("images", "amd64", $"{name}.tar"));
            OciArchive.Retarget(archive, "arm64").Save(release._folder.At("images", "arm64", $"{name}.tar"));
            foreach (var architecture in (string[])["amd64", "arm64"])
                File.Copy(
                    SourceTree.At("artifacts", "images", $"{name}.spdx.json"),
                    release._folder.At("images", architecture, $"{name}.spdx.json"));
        }
        var program = System.IO.Path.Combine(
            new BuiltProgram("PyRepo.Release", "pyrepo-release").Output, "pyrepo-release");
        (await new ProgramRun(
            program, SourceTree.Root, "--images", release._folder["images"], "--out", release.Path,
            "--version-to-release", "0.1.0", "--commit", new string('0', 40), "--time", "1795949201",
            "--builder", "https://builder.test/", "--tools", "", "--inputs", release._folder.Write("inputs", ""),
            "--key", release._folder.Write("key.pem", release.Key.ExportPkcs8PrivateKeyPem())).RunAsync())
            .MustSucceed();
        return release;
    }

    /// <summary>An image of it by digest, in a registry.</summary>
    public string Image(string registry, string name) => File.ReadLines(System.IO.Path.Combine(Path, "images.txt"))
        .Single(line => line.StartsWith($"ghcr.io/pyrepo/{name}@", StringComparison.Ordinal))
        .Replace("ghcr.io", registry, StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Dispose();
        _folder.Dispose();
    }
}
