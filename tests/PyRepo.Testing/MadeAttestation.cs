using System.Text;
using System.Text.Json.Nodes;

namespace PyRepo.Testing;

/// <summary>Attestations of PEP 740 in the right form, with signatures that nobody made.</summary>
public static class MadeAttestation
{
    /// <summary>The predicate type of what PyPI's own action attests.</summary>
    public const string Publish = "https://docs.pypi.org/attestations/publish/v1";

    /// <summary>Makes an attestation about a file.</summary>
    public static JsonObject From(string fileName, string sha256, string predicateType = Publish) =>
        From(GetStatement(fileName, sha256, predicateType));

    /// <summary>A statement about a file.</summary>
    public static JsonObject GetStatement(string fileName, string sha256, string predicateType = Publish) => new()
    {
        ["_type"] = "https://in-toto.io/Statement/v1",
        ["subject"] = new JsonArray(new JsonObject
        {
            ["name"] = fileName,
            ["digest"] = new JsonObject { ["sha256"] = sha256 },
        }),
        ["predicateType"] = predicateType,
        ["predicate"] = null,
    };

    /// <summary>Makes an attestation of a statement.</summary>
    public static JsonObject From(JsonObject statement) => new()
    {
        ["version"] = 1,
        ["verification_material"] = new JsonObject
        {
            ["certificate"] = Base64("a certificate"),
            ["transparency_entries"] = new JsonArray(new JsonObject { ["logIndex"] = "1" }),
        },
        ["envelope"] = new JsonObject
        {
            ["statement"] = Base64(statement.ToJsonString()),
            ["signature"] = Base64("a signature"),
        },
    };

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
