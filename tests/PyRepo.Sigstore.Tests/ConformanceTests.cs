using System.Security.Cryptography;
using PyRepo.Sigstore.Keys;
using PyRepo.Sigstore.Roots;
using PyRepo.Testing;

namespace PyRepo.Sigstore.Tests;

/// <summary>The bundles of Sigstore's conformance suite, each with the verdict that its folder's name tells.</summary>
public sealed class ConformanceTests
{
    const string Folder = "sigstore/conformance/bundle-verify";

    const string Identity = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/"
        + ".github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    const string Issuer = "https://token.actions.githubusercontent.com";

    /// <summary>These cannot be read, so that there is nothing to verify with.</summary>
    static readonly string[] _unreadable = ["trust-root-tlog-missing-validity-start_fail", "managed-key-wrong-key_fail"];

    public static TheoryData<string> Bundles => [.. Assets.Find(Folder) is { } folder
        ? Directory.GetDirectories(folder).Select(each => Path.GetFileName(each)!).Order().ToArray()
        : (string[])["missing"]];

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Each_bundle_gets_the_verdict_of_its_folder(string name)
    {
        Assert.SkipWhen(Assets.Find(Folder) is null, Assets.Missing);
        var folder = Path.Combine(Assets.GetPath(Folder), name);
        if (_unreadable.Contains(name))
        {
            Assert.ThrowsAny<Exception>(() => Verify(folder));
            return;
        }
        var verdict = Verify(folder);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {verdict}");
        Assert.Equal(name.EndsWith("_fail", StringComparison.Ordinal), verdict is Verdict.Refused);
    }

    static Verdict Verify(string folder)
    {
        var root = Find("trusted_root.json") is { } custom ? TrustedRoot.Parse(File.ReadAllBytes(custom)) : TrustedRoot.Public;
        var artifact = File.ReadAllBytes(Find("artifact") ?? Assets.GetPath(Folder, "a.txt"));
        var policy = new VerificationPolicy
        {
            Sha256 = SHA256.HashData(artifact),
            Statement = null,
            Publishers = null,
            Key = Find("key.pub") is { } key ? ReadKey(File.ReadAllText(key)) : null,
        };
        var verdict = new SigstoreVerifier(root).VerifyBundle(
            File.ReadAllBytes(Path.Combine(folder, "bundle.sigstore.json")), policy);
        if (verdict is not Verdict.Verified { Identity: { } identity })
            return verdict;
        var (subject, issuer) = (Read("identity") ?? Identity, Read("issuer") ?? Issuer);
        return (identity.Subject, identity.Issuer) == (subject, issuer)
            ? verdict
            : new Verdict.Refused(VerificationStep.Issuer, $"{identity.Subject} of {identity.Issuer} has signed");

        string? Find(string file) =>
            Path.Combine(folder, file) is var path && File.Exists(path) ? path : null;

        string? Read(string file) => Find(file) is { } path ? File.ReadAllText(path).Trim() : null;
    }

    static VerificationKey ReadKey(string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return VerificationKey.FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo());
    }
}
