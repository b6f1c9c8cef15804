using System.Text;
using PyRepo.Advisories;
using PyRepo.Client.LockFiles;
using PyRepo.Packaging.Attestations;
using PyRepo.Resources.Manifests;
using PyRepo.Sigstore.Bundles;
using PyRepo.Sigstore.Roots;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>What reads documents in JSON, YAML and TOML.</summary>
static class DocumentReaders
{
    static readonly string[] _json =
    [
        "{},", "[],", "null,", "1,", "1e999,", "\"x§\",", "{\"a§\":1},", "{\"a\":\"\\u0041\"},", "[", "]",
        "{\"a\":", "}", "\"", "\\",
        "\\ud800", ",", ":", " ", "\n", "\"a§\":", "\"a§\":1,", "é",
    ];

    static readonly string[] _osv =
    [
        .. _json, "{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"x§\"},\"versions\":[\"1.§\"]},",
        "{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"x\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":"
            + "[{\"introduced\":\"§\"},{\"fixed\":\"1.§\"}]}]},",
        "{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"},",
        "{\"introduced\":\"§\"},",
        "{\"fixed\":\"1.§\"},", "{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}]},", "\"1.§\",",
        "{\"id\":\"X-§\",\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"x\"},\"versions\":[\"1\"]}],"
            + "\"aliases\":[\"Y-1\",\"Y-§\"]},",
    ];

    static readonly string[] _cvss =
        ["CVSS:3.1/", "CVSS:4.0/", "AV:N", "/AC:L", "/PR:N", "/UI:N", "/S:U", "/C:H", "/I:H", "/A:H", "/", ":",
        "Au:N", "X§:N"];

    static readonly string[] _toml =
    [
        "[[package]]\n", "[package]\n", "[a§]\n", "[a.b.c]\n", "name = \"x§\"\n", "version = \"1.§\"\n", "a§ = 1\n",
        "a.b.c§ = 1\n", "files = [\n", "{ file = \"x-§.whl\", hash = \"sha256:a\" },\n", "{", "}", "[", "]", ",",
        "=", "\"", "\"\"\"",
        "'", "'''", "\\", "\\u0041", "#", "\n", " ", "a", "1", "_1", "1979-05-27T07:32:00Z", "true", "a.",
        "[[a.b]]\n", "é",
        "wheels = [{ url = \"https://a.example/x-§.whl\" }]\n", "source = { registry = \"x\" }\n",
    ];

    static readonly string[] _yaml =
    [
        "a§: x\n", "a: ", "- ", "- a\n", "  ", "\t", "\n", "a§: 1, ", "---\n", "...\n", "&a§ ", "*a1 ", "&a [",
        "*a,", "<<: *a1\n", "<<: ",
        "!!str ", "!x ", "? ", ": ", "|\n", ">-\n", "\"", "'", "#", " #", "{", "}", "[", "]", ",", "%YAML 1.2\n",
        "1e9", "0x1F",
        "true", "~", "{a: ", "[[", "é", "a§: {b: c}\n", "  a§: b\n", "    - b\n", "x", "@", "`",
    ];

    static readonly string[] _manifestFields =
    [
        .. _yaml, "  anyone: Reader\n", "  policy:\n    block: [x§]\n", "      - x§==1\n", "  access: {}\n",
        "  upstream: {url: 'https://a.example/'}\n",
    ];

    const string Proxy =
        "apiVersion: pyrepo.dev/v1alpha1\nkind: ProxyRepository\nmetadata: {name: x}\nspec:\n";

    /// <summary>What a problem within says in full is long.</summary>
    static readonly string _longKeys = string.Concat(Enumerable.Repeat($"{{{new string('x', 1000)}: ", 60)) + "{";

    static readonly string _longKey = $"{{\"{new string('x', HostileText.Length / 3)}\":{{";

    static readonly string _attestation = MadeAttestation.From("x-1.tar.gz", new string('0', 64)).ToJsonString();

    public static IEnumerable<HostileReader> All =>
    [
        new("an advisory of OSV", _osv, text => AdvisoryDatabase.Read(new MemoryStream(ToBytes(text)), default),
            "AdvisoryDatabase.Read", "AdvisoryArchive.Read", "OwnAdvisories.Read")
        {
            Frames =
            [
                ("{\"id\":\"X-1\",\"affected\":[", "{}]}"), ("[", "{}]"), ("{\"id\":\"X-1\",\"severity\":[", "{}]}"),
                ("{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"x\"},"
                    + "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[", "{}]}]}]}"),
                ("{\"id\":\"X-1\",\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"x\"},\"versions\":[",
                "\"1\"]}]}"),
            ],
        },
        new("the projects of an advisory", _osv, text => AdvisoryReader.ReadProjects(ToBytes(text)),
            "AdvisoryReader.ReadProjects") { Frames = [("{\"affected\":[", "{}]}")] },
        new("a CVSS vector", _cvss, text =>
            {
                foreach (var type in (string[])["CVSS_V2", "CVSS_V3", "CVSS_V4"])
                    SeverityRating.OfVector(type, text);
            },
            "CvssVector.TryParse") { Frames = [("", ""), ("CVSS:3.1/", ""), ("CVSS:4.0/", "")] },
        // Not yet with 1,000: what Tomlyn's syntax does about definitions that occur twice is quadratic (seed 92: 3 s).
        new("a lock file in TOML", _toml, text => TomlLock.Read("x.lock", text, new LockContent()), "TomlLock.Read")
        {
            Frames =
            [
                ("", ""), ("version = 1\n", ""), ("lock-version = '1.0'\n[[packages]]\n", ""),
                ("[metadata]\nlock-version = '2'\n", ""), ("[metadata]\nlock_version = '2'\n", ""), ("a = ", ""),
            ],
        },
        new("a manifest in YAML", _manifestFields, text => ManifestReader.Read([new("x.yaml", text)]),
            "YamlDocuments.Read", "YamlSplitter.Split", "ResourceKinds.Read")
        {
            Frames = [("", ""), (Proxy, ""), (Proxy + "  policy:\n    block:\n", ""), (Proxy + "  access: ", ""),
                (_longKeys, "a: 1" + new string('}', 61))],
        },
        new("a manifest in JSON", _json, text => ManifestReader.Read([new("x.json", text)]), "JsonDocuments.Read")
        {
            Frames =
            [
                ("[", "{}]"), ("{\"a\":[", "{}]}"), ("{", "\"a\":1}"), (_longKey, "\"a\":1}}"),
                ("{\"apiVersion\":\"pyrepo.dev/v1alpha1\",\"kind\":\"ProxyRepository\",\"metadata\":{"
                    + "\"name\":\"x\"},\"spec\":{\"policy\":{\"block\":[", "{}]}}}"),
            ],
        },
        new("a bundle of Sigstore", _json, text => SigstoreBundle.Parse(ToBytes(text)),
            "SigstoreBundle.Parse", "BundleDocument.Read")
        {
            Frames =
            [
                ("", ""), ("{\"a\":[", "{}]}"), ("{\"mediaType\":\"x\",\"verificationMaterial\":{\"tlogEntries\":[",
                "null]}}"),
            ],
        },
        new("an attestation", _json, text => SigstoreBundle.ParseAttestation(ToBytes(text)),
            "SigstoreBundle.ParseAttestation", "AttestationDocument.Read")
        {
            Frames = [("", ""), (_attestation[..^1] + ",\"a\":[", "{}]}")],
        },
        new("a trusted root", _json, text => TrustedRoot.Parse(ToBytes(text)),
            "TrustedRoot.Parse", "TrustedRootDocument.Read", "TrustedRootSource.Read")
        {
            Frames = [("", ""), ("{\"mediaType\":\"x\",\"tlogs\":[", "null]}")],
        },
        new("attestations of an upload", _json, text => _ = Attestation.TryParseArray(text, out _, out _),
            "Attestation.TryParseArray", "Attestation.ReadArray", "StrictJson.Parse")
        {
            Frames = [("[", "{}]"), ($"[{_attestation[..^1]},\"a\":[", "{}]}]"), ($"[{_attestation[..^1]},",
            "\"b\":1}]")],
        },
        new("a provenance", _json, text => _ = Provenance.TryRead(text, out _, out _),
            "Provenance.TryRead", "Provenance.IsValid", "Provenance.TryReadAttestations")
        {
            Frames = [("", ""), ("{\"version\":1,\"attestation_bundles\":[", "{}]}")],
        },
    ];

    static byte[] ToBytes(string text) => Encoding.UTF8.GetBytes(text);
}
