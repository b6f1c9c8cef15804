using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Packaging.Attestations;
using PyRepo.Testing;

namespace PyRepo.Packaging.Tests.Attestations;

public sealed class AttestationTests
{
    const string FileName = "demo-1.0-py3-none-any.whl";
    static readonly string _sha256 = new('a', 64);

    [Fact]
    public void An_attestation_names_its_file_and_its_predicate()
    {
        Assert.True(Attestation.TryParseArray(
            new JsonArray(MadeAttestation.From(FileName, _sha256)).ToJsonString(), out var read, out _));
        var attestation = Assert.Single(read);
        Assert.Equal(FileName, attestation.Subject);
        Assert.Equal(_sha256, attestation.Sha256.ToString());
        Assert.Equal(MadeAttestation.Publish, attestation.PredicateType);
    }

    [Theory]
    [InlineData("", "they are not valid JSON")]
    [InlineData("{}", "they are not a JSON array")]
    [InlineData("[]", "the array is empty")]
    [InlineData("[1]", "'version' is missing or not a number")]
    [InlineData("[{\"version\": 2}]", "the only known 'version' is 1")]
    [InlineData("[{\"version\": 1, \"version\": 1}]", "they are not valid JSON")]
    [InlineData("[{\"version\": 1}]", "'verification_material' is missing or not an object")]
    public void Anything_but_an_array_of_attestations_is_invalid(string json, string problem)
    {
        Assert.False(Attestation.TryParseArray(json, out _, out var said));
        Assert.Equal(problem, said);
    }

    public static TheoryData<string, string, string> Broken => new()
    {
        { "verification_material.certificate", "\"!\"", "'certificate' is not base64" },
        { "verification_material.transparency_entries", "[]", "'transparency_entries' is empty" },
        { "envelope", "null", "'envelope' is missing or not an object" },
        { "envelope.signature", "\"\"", "'signature' is not base64" },
        { "envelope.statement", "\"e30=\"", "'_type' is missing or not text" },
        { "envelope.statement", "\"e3s=\"", "the statement is not valid JSON" },
        { "envelope.statement", "7", "'statement' is missing or not text" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void An_attestation_that_lacks_a_part_is_invalid(string path, string value, string problem)
    {
        var attestation = MadeAttestation.From(FileName, _sha256);
        JsonNode parent = attestation;
        var names = path.Split('.');
        foreach (var name in names[..^1])
            parent = parent[name]!;
        parent[names[^1]] = JsonNode.Parse(value);
        MustSay(problem, attestation);
    }

    /// <summary>A half of a character can be written in JSON, and read by few.</summary>
    [Theory]
    [InlineData("subject")]
    [InlineData("predicateType")]
    [InlineData("_type")]
    [InlineData("predicate")]
    public void A_value_that_is_not_text_is_invalid_anywhere(string property)
    {
        var statement = "{\"_type\": \"https://in-toto.io/Statement/v1\", "
            + $"\"predicateType\": \"a\", \"{property}\": \"\\ud800\"}}";
        var attestation = MadeAttestation.From(FileName, _sha256);
        attestation["envelope"]!["statement"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(statement));
        Assert.False(Attestation.TryParseArray(new JsonArray(attestation).ToJsonString(), out _, out _));
        var text = new JsonArray(MadeAttestation.From(FileName, _sha256)).ToJsonString();
        Assert.False(Attestation.TryParseArray(
            text.Replace("\"logIndex\"", "\"\\ud800\"", StringComparison.Ordinal), out _, out var problem));
        Assert.Equal("they are not valid JSON", problem);
    }

    [Fact]
    public void Accepted_attestations_stay_within_the_size_and_depth_limits_of_readers()
    {
        var nested = MadeAttestation.From(FileName, _sha256);
        nested["more"] = JsonNode.Parse($"{new string('[', 28)}\"{new string('+', 100_000)}\"{new string(']', 28)}");
        var text = new JsonArray(nested).ToJsonString(new JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
        Assert.True(Attestation.TryParseArray(text, out var read, out _));
        var document = Provenance.Write(new ProvenanceBundle(new Publisher("PyRepo", []), read));
        Assert.InRange(document.Length, 100_000, text.Length + 200);
        Assert.True(Provenance.IsValid(document));
        Assert.False(Attestation.TryParseArray(
            text.Replace("[\"", "[[[[[\"", StringComparison.Ordinal)
                .Replace("\"]", "\"]]]]]", StringComparison.Ordinal),
            out _, out _));
    }

    [Fact]
    public void A_file_has_at_most_eight_attestations()
    {
        var many = Enumerable.Range(0, 9).Select(i => MadeAttestation.From(FileName, _sha256, $"type {i}")).ToArray();
        Assert.True(Attestation.TryParseArray(new JsonArray([.. many.Take(8)]).ToJsonString(), out var eight, out _));
        Assert.False(Attestation.TryParseArray(
            new JsonArray([.. many.Select(each => each.DeepClone())]).ToJsonString(), out _, out var problem));
        Assert.Equal("there are more than 8", problem);
        var bundle = new ProvenanceBundle(new Publisher("PyRepo", []), eight);
        var document = System.Text.Encoding.UTF8.GetString(Provenance.Write(bundle, bundle));
        Assert.False(Provenance.TryRead(document, out _, out problem));
        Assert.Equal("there are more than 8", problem);
    }

    [Fact]
    public void A_statement_about_several_files_or_none_is_invalid()
    {
        var subject = new JsonObject { ["name"] = FileName, ["digest"] = new JsonObject { ["sha256"] = _sha256 } };
        foreach (var subjects in (JsonArray[])[[], [subject, subject.DeepClone()]])
        {
            MustSay("the statement must be about one file", MadeAttestation.From(new JsonObject
            {
                ["_type"] = "https://in-toto.io/Statement/v1",
                ["subject"] = subjects,
                ["predicateType"] = "a",
            }));
        }
    }

    [Fact]
    public void Several_attestations_must_say_different_things()
    {
        MustSay($"there are several with the predicate type '{MadeAttestation.Publish}'",
            MadeAttestation.From(FileName, _sha256), MadeAttestation.From(FileName, _sha256));
        Assert.True(Attestation.TryParseArray(
            new JsonArray(
                MadeAttestation.From(FileName, _sha256),
                MadeAttestation.From(FileName, _sha256, "https://slsa.dev/provenance/v1")).ToJsonString(),
            out var read, out _));
        Assert.Equal(2, read.Count);
    }

    [Fact]
    public void Provenance_contains_the_original_attestations_and_their_publisher()
    {
        var made = MadeAttestation.From(FileName, _sha256);
        Assert.True(Attestation.TryParseArray(new JsonArray(made.DeepClone()).ToJsonString(), out var read, out _));
        var document = Provenance.Write(new ProvenanceBundle(
            new Publisher("GitHub", [new("repository", "acme/demo"), new("environment", null)]), read));
        Assert.True(Provenance.IsValid(document));
        var expected = new JsonObject
        {
            ["version"] = 1,
            ["attestation_bundles"] = new JsonArray(new JsonObject
            {
                ["publisher"] = new JsonObject
                {
                    ["kind"] = "GitHub",
                    ["repository"] = "acme/demo",
                    ["environment"] = null,
                },
                ["attestations"] = new JsonArray(made),
            }),
        };
        Assert.True(JsonNode.DeepEquals(expected, JsonSerializer.Deserialize<JsonNode>(document)));
    }

    [Theory]
    [InlineData("{\"\\ud800ersion\":1,\"attestation_bundles\":[\"\\ud800\"]}")]
    [InlineData("<html></html>")]
    [InlineData("[]")]
    [InlineData("{\"version\": 2, \"attestation_bundles\": []}")]
    [InlineData("{\"version\": 1}")]
    public void A_document_that_is_not_provenance_is_invalid(string text) =>
        Assert.False(Provenance.IsValid(System.Text.Encoding.UTF8.GetBytes(text)));

    static void MustSay(string problem, params JsonNode[] attestations)
    {
        Assert.False(Attestation.TryParseArray(new JsonArray(attestations).ToJsonString(), out _, out var said));
        Assert.Equal(problem, said);
    }
}
