using System.Security.Cryptography;
using PyRepo.Release.Provenance;
using PyRepo.Release.Signing;

[assembly: AssemblyFixture(typeof(PyRepo.Release.Tests.ReleaseFixture))]

namespace PyRepo.Release.Tests;

/// <summary>
/// A release of this source tree with images that hold a word each: made twice with a key, in two folders, and once without.
/// </summary>
public sealed class ReleaseFixture : IDisposable
{
    public const string Version = "0.1.0";

    readonly TemporaryFolder _folder = new();
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ReleaseFixture()
    {
        foreach (var architecture in (string[])["amd64", "arm64"])
            foreach (var name in (string[])["pyrepo", "pyrepo-operator"])
            {
                OciArchive.Of(architecture, name, $"{name} for {architecture}")
                    .Save(_folder.At("images", architecture, $"{name}.tar"));
                _folder.Write(
                    Path.Combine("images", architecture, $"{name}.spdx.json"),
                    $$"""{ "spdxVersion": "SPDX-2.3", "name": "{{name}}-{{architecture}}" }""");
            }
        Signed = Make("signed");
        Again = Make(Path.Combine("another", "folder"));
        Unsigned = Make("unsigned", key: false);
    }

    internal static ReleaseSource Source { get; } = new(
        Version, "0123456789abcdef0123456789abcdef01234567", new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero),
        "https://builder.test/", "dotnet 10.0.100", [new("pkg:nuget/YamlDotNet@16.3.0", "sha512", "ab12")]);

    /// <summary>The public key of what is signed, as this platform checks it.</summary>
    public ECDsa Key => _key;

    internal ReleaseFolder Signed { get; }

    internal ReleaseFolder Again { get; }

    internal ReleaseFolder Unsigned { get; }

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    /// <summary>Whether a signature of some bytes is the key's, as OpenSSL says.</summary>
    public bool Verify(byte[] data, string signature) => _key.VerifyData(
        data, Convert.FromBase64String(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    ReleaseFolder Make(string name, bool key = true)
    {
        var made = _folder[name];
        new ReleaseBuild(
            new(SourceTree.Root, _folder["images"], made), Source,
            key ? SigningKey.Read(_key.ExportPkcs8PrivateKeyPem(), password: null) : null).Run();
        return new(made);
    }
}
