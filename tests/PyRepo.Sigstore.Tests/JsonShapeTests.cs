using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Sigstore.Bundles;
using PyRepo.Sigstore.Logs;
using PyRepo.Sigstore.Roots;

namespace PyRepo.Sigstore.Tests;

/// <summary>Documents in which one value is another kind of JSON, or not there.</summary>
public sealed class JsonShapeTests(SigstoreFixture fixture) : IClassFixture<SigstoreFixture>
{
    static readonly string[] _values =
        ["null", "true", "0", "-1", "1.5", "1e999", "99999999999999999999", "\"\"", "\"text\"", "\"AAAA\"", "[]", "{}",
            "[null]", "[[]]", "[{}]", "{\"a\":null}"];

    /// <summary>The bodies of log entries, each with all members that are known of it.</summary>
    public static TheoryData<string, string, string> Bodies => new()
    {
        {
            "hashedrekord", "0.0.1",
            """
            {"data":{"hash":{"algorithm":"sha256","value":"HEX"}},
            "signature":{"content":"QUJD","publicKey":{"content":"PEM"}}}
            """
        },
        {
            "dsse", "0.0.1",
            """
            {"envelopeHash":{"algorithm":"sha256","value":"HEX"},"payloadHash":{"algorithm":"sha256","value":"HEX"},
            "signatures":[{"signature":"QUJD","verifier":"PEM"}]}
            """
        },
        {
            "intoto", "0.0.2",
            """
            {"content":{"envelope":{"payloadType":"a/b","signatures":[{"sig":"UVVKRA==","publicKey":"PEM"}]},
            "hash":{"algorithm":"sha256","value":"HEX"},"payloadHash":{"algorithm":"sha256","value":"HEX"}}}
            """
        },
        {
            "hashedrekord", "0.0.2",
            """
            {"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":"DIGEST"},
            "signature":{"content":"QUJD","verifier":{"keyDetails":"A","x509Certificate":{"rawBytes":"QUJD"}}}}}
            """
        },
        {
            "dsse", "0.0.2",
            """
            {"dsseV002":{"payloadHash":{"algorithm":"SHA2_256","digest":"DIGEST"},
            "signatures":[{"content":"QUJD","verifier":{"keyDetails":"A","publicKey":{"rawBytes":"QUJD"}}}]}}
            """
        },
    };

    [Fact]
    public void A_document_of_another_shape_gets_a_verdict_and_says_nothing_else()
    {
        foreach (var good in fixture.GetGood())
        {
            var verified = Assert.IsType<Verdict.Verified>(
                good.Verify(fixture.Verifier, SigstoreFixture.ToBytes(good.Json)));
            foreach (var changed in Change(good.Json))
            {
                var bytes = Encoding.UTF8.GetBytes(changed);
                if (good.Verify(fixture.Verifier, bytes) is Verdict.Verified still)
                    Assert.Equal(verified, still);
            }
        }
    }

    [Fact]
    public void A_statement_of_another_shape_gets_a_verdict()
    {
        var verifier = fixture.CreateLenient();
        var attestation = fixture.GetGood()[0];
        var envelope = attestation.Json["envelope"]!.AsObject();
        foreach (var changed in Change(JsonNode.Parse(Convert.FromBase64String((string)envelope["statement"]!))!))
        {
            envelope["statement"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(changed));
            Assert.NotNull(attestation.Verify(verifier, SigstoreFixture.ToBytes(attestation.Json)));
        }
    }

    [Fact]
    public void A_trusted_root_of_another_shape_is_read_or_refused()
    {
        var good = fixture.GetGood();
        var read = 0;
        foreach (var changed in Change(fixture.Instance.GetTrustedRoot()))
        {
            try
            {
                var verifier = new SigstoreVerifier(TrustedRoot.Parse(Encoding.UTF8.GetBytes(changed)));
                Assert.All(good, each => each.Verify(verifier, SigstoreFixture.ToBytes(each.Json)));
                read++;
            }
            catch (FormatException)
            {
                continue;
            }
        }
        Assert.NotEqual(0, read);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_log_entry_of_another_shape_is_read_or_refused(string kind, string version, string spec)
    {
        var pem = "-----BEGIN PUBLIC KEY-----\nQUJD\n-----END PUBLIC KEY-----\n";
        var body = new JsonObject
        {
            ["apiVersion"] = version,
            ["kind"] = kind,
            ["spec"] = JsonNode.Parse(spec
                .Replace("PEM", Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)), StringComparison.Ordinal)
                .Replace("HEX", new string('0', 64), StringComparison.Ordinal)
                .Replace("DIGEST", Convert.ToBase64String(new byte[32]), StringComparison.Ordinal)),
        };
        var good = EntryBody.Parse(CreateEntry(kind, version, body.ToJsonString()))!;
        Assert.Equal(
            ("ABC", "ABC"), (Encoding.ASCII.GetString(good.Signature), Encoding.ASCII.GetString(good.Verifier)));
        foreach (var changed in Change(body))
        {
            try
            {
                if (EntryBody.Parse(CreateEntry(kind, version, changed)) is not { } read)
                    continue;
                Assert.Equal(32, read.Sha256.Length);
                Assert.NotNull(read.Signature);
                Assert.NotNull(read.Verifier);
            }
            catch (FormatException)
            {
                continue;
            }
        }
    }

    static LogEntry CreateEntry(string kind, string version, string body) => new()
    {
        Index = 0,
        LogId = default,
        Kind = kind,
        Version = version,
        Body = Encoding.UTF8.GetBytes(body),
        IntegratedTime = 0,
        SignedEntryTimestamp = null,
        Proof = new InclusionProof { Index = 0, TreeSize = 1, RootHash = default, Hashes = [], Checkpoint = "" },
    };

    /// <summary>Returns the document with each of its values replaced by others, removed, and twice.</summary>
    static IEnumerable<string> Change(JsonNode document)
    {
        const string marker = "the value that is replaced";
        foreach (var value in _values)
            yield return value;
        foreach (var path in GetPaths(document, []))
        {
            var marked = document.DeepClone();
            var parent = path.SkipLast(1).Aggregate(marked, Get);
            var original = Get(parent, path[^1])?.ToJsonString() ?? "null";
            Set(parent, path[^1], marker);
            var text = marked.ToJsonString();
            foreach (var value in _values)
                yield return text.Replace($"\"{marker}\"", value, StringComparison.Ordinal);
            if (path[^1] is string name)
            {
                var member = $"\"{name}\":{original}";
                yield return text.Replace($"\"{name}\":\"{marker}\"", $"{member},{member}", StringComparison.Ordinal);
                parent.AsObject().Remove(name);
            }
            else
            {
                yield return text.Replace($"\"{marker}\"", $"{original},{original}", StringComparison.Ordinal);
                yield return text.Replace($"\"{marker}\"", $"{original},null", StringComparison.Ordinal);
                parent.AsArray().RemoveAt((int)path[^1]);
            }
            yield return marked.ToJsonString();
        }
    }

    static IEnumerable<object[]> GetPaths(JsonNode? node, object[] path)
    {
        IEnumerable<object> steps = node switch
        {
            JsonObject json => json.Select(each => each.Key),
            JsonArray array => Enumerable.Range(0, array.Count).Cast<object>(),
            _ => [],
        };
        foreach (var step in steps)
        {
            object[] below = [.. path, step];
            yield return below;
            foreach (var each in GetPaths(Get(node!, step), below))
                yield return each;
        }
    }

    static JsonNode Get(JsonNode node, object step) => (step is string name ? node[name] : node[(int)step])!;

    static void Set(JsonNode node, object step, string value)
    {
        if (step is string name)
            node[name] = value;
        else
            node[(int)step] = value;
    }
}
