using System.Text.Json.Nodes;
using PyRepo.Release.Files;
using PyRepo.Release.Oci;

namespace PyRepo.Release.Provenance;

/// <summary>
/// Claims about artifacts (<see href="https://github.com/in-toto/attestation/blob/v1.0/spec/v1.0/statement.md">in-toto</see>).
/// </summary>
/// <param name="PredicateType">The kind of claim.</param>
/// <param name="Predicate">The claim.</param>
/// <param name="Subjects">The artifacts, by their names and SHA-256 in hexadecimal.</param>
sealed record Statement(
    string PredicateType, JsonNode Predicate, IReadOnlyList<KeyValuePair<string, string>> Subjects)
{
    /// <summary>The statement as JSON.</summary>
    public byte[] Bytes { get; } = JsonBytes.Write(new JsonObject
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray([.. Subjects.Select(subject => new JsonObject
        {
            ["name"] = subject.Key,
            ["digest"] = new JsonObject { ["sha256"] = subject.Value },
        })]),
        ["predicateType"] = PredicateType,
        ["predicate"] = Predicate.DeepClone(),
    });

    /// <summary>Says that a manifest is signed, as cosign 3 does.</summary>
    public static Statement Signature(Descriptor manifest) =>
        new("https://sigstore.dev/cosign/sign/v1", new JsonObject(), [Subject("", manifest)]);

    /// <summary>Says which parts a manifest's image consists of.</summary>
    public static Statement Sbom(string name, Descriptor manifest, byte[] spdx) =>
        new("https://spdx.dev/Document", JsonNode.Parse(spdx)!, [Subject(name, manifest)]);

    /// <summary>A manifest as a subject.</summary>
    public static KeyValuePair<string, string> Subject(string name, Descriptor manifest) =>
        new(name, manifest.Digest["sha256:".Length..]);
}
