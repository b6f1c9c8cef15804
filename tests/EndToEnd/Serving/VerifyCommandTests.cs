using System.Text.Json.Nodes;
using PyRepo.Testing.Sigstore;

namespace EndToEnd.Serving;

/// <summary><c>pyrepo verify</c></summary>
public sealed class VerifyCommandTests : IDisposable
{
    readonly SigstoreInstance _instance = new();
    readonly TemporaryFolder _folder = new();
    readonly TestWheel _wheel = TestWheel.Create("lib", "1.0");
    readonly string _file, _root;

    public VerifyCommandTests()
    {
        _file = _folder.At(_wheel.FileName);
        File.WriteAllBytes(_file, _wheel.Bytes);
        _root = _folder.Write("root.json", _instance.GetTrustedRoot().ToJsonString());
    }

    public void Dispose()
    {
        _folder.Dispose();
        _instance.Dispose();
    }

    [Fact]
    public async Task It_says_who_has_attested_a_file()
    {
        var attestation = _folder.Write("lib.attestation", Attest().ToJsonString());
        var said = (await VerifyAsync(attestation)).MustSucceed();
        Assert.Equal(
            $"{_wheel.FileName}: GitHub acme/lib release.yml in pypi, signed at 2026-03-01 12:00:00Z, "
                + "entry 1 of rekor.test\n",
            said.Output);
    }

    [Fact]
    public async Task It_reads_provenance_as_an_index_serves_it()
    {
        var provenance = new JsonObject
        {
            ["version"] = 1,
            ["attestation_bundles"] = new JsonArray(new JsonObject
            {
                ["publisher"] = new JsonObject { ["kind"] = "PyRepo" },
                ["attestations"] = new JsonArray(Attest()),
            }),
        };
        (await VerifyAsync(_folder.Write("provenance", provenance.ToJsonString()))).MustSucceed()
            .MustSay("GitHub acme/lib release.yml in pypi");
    }

    [Fact]
    public async Task It_fails_with_the_reason_where_nothing_is_proved()
    {
        var attestation = _folder.Write("lib.attestation", Attest().ToJsonString());
        (await PyRepoProgram.RunAsync("verify", _file, "--attestation", attestation)).MustFail()
            .MustSay($"pyrepo: '{_wheel.FileName}' is not proved (");
        (await VerifyAsync(_root)).MustFail()
            .MustSay("pyrepo: 'root.json' is neither an attestation nor a provenance object: ");
        (await PyRepoProgram.RunAsync(
            "verify", _file, "--attestation", attestation, "--trusted-root", attestation)).MustFail()
            .MustSay("pyrepo: The trusted root cannot be read: lib.attestation: ");
        await File.AppendAllTextAsync(_file, "changed");
        (await VerifyAsync(attestation)).MustFail()
            .MustSay($"pyrepo: '{_wheel.FileName}' is not proved (SubjectDigest): ");
    }

    [AssetFact("sigstore/pypi-attestations")]
    public async Task A_real_attestation_is_verified_where_there_is_no_network()
    {
        var file = Assets.GetPath("sigstore", "pypi-attestations", "pypi_attestations-0.0.19.tar.gz");
        string[] verify = ["verify", file, "--attestation", $"{file}.publish.attestation"];
        var said = Environment.IsPrivilegedProcess && OperatingSystem.IsLinux()
            ? await new ProgramRun("unshare", ["--net", PyRepoProgram.Path, .. verify]).RunAsync()
            : await PyRepoProgram.RunAsync(verify);
        said.MustSucceed().MustSay("GitHub trailofbits/pypi-attestations ");
    }

    Task<ProgramResult> VerifyAsync(string attestation) =>
        PyRepoProgram.RunAsync("verify", _file, "--attestation", attestation, "--trusted-root", _root);

    JsonObject Attest() => _instance.Attest(new AttestationRequest
    {
        FileName = _wheel.FileName,
        Sha256 = _wheel.Sha256,
        Claims = AttestationRequest.GitHub("acme/lib", "release.yml", "pypi"),
    });
}
