using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Tests.Access.Jwt;

public sealed class JsonWebTokenTests
{
    const string Header = """{"alg":"RS256","kid":"rsa-1"}""";

    static readonly JsonObject _claims = JwtSigner.Claims(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("""{"iss":"a","aud":"pyrepo","aud":"other"}""")]
    [InlineData("""{"iss":"a","iss":"b"}""")]
    [InlineData("""{"iss":"a","\u0069ss":"b"}""")]
    [InlineData("""{"iss":"a","repository":"x","repository":"y"}""")]
    [InlineData("""{"iss":1}""")]
    [InlineData("""{"iss":null}""")]
    [InlineData("""{"iss":["a"]}""")]
    [InlineData("""{"aud":"pyrepo"}""")]
    [InlineData("""{"iss":"a","exp":"1"}""")]
    [InlineData("""{"iss":"a","exp":null}""")]
    [InlineData("""{"iss":"a","exp":-1}""")]
    [InlineData("""{"iss":"a","exp":1e400}""")]
    [InlineData("""{"iss":"a","exp":253402300800}""")]
    [InlineData("""{"iss":"a","nbf":true}""")]
    [InlineData("""{"iss":"a","iat":{}}""")]
    [InlineData("""{"iss":"a","aud":1}""")]
    [InlineData("""{"iss":"a","aud":null}""")]
    [InlineData("""{"iss":"a","aud":{"pyrepo":"pyrepo"}}""")]
    [InlineData("""{"iss":"a","aud":["pyrepo",1]}""")]
    [InlineData("""{"iss":"a","aud":[["pyrepo"]]}""")]
    [InlineData("""{"iss":"a","sub":1}""")]
    [InlineData("""{"iss":"a","jti":1}""")]
    [InlineData("""{"iss":"\ud800"}""")]
    [InlineData("""{"iss":"a","\ud800":"x"}""")]
    [InlineData("""{"iss":"a"} """ + "\0")]
    [InlineData("""{"iss":"a"}{}""")]
    [InlineData("""{"iss":"a",}""")]
    [InlineData("""{"iss":"a" /* no */}""")]
    [InlineData("""["iss"]""")]
    [InlineData("\"iss\"")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("\ufeff{\"iss\":\"a\"}")]
    public void A_token_with_an_invalid_payload_is_rejected(string payload) =>
        Assert.False(JsonWebToken.TryParse(JwtSigner.Rsa.SignText(Header, payload), out _));

    [Theory]
    [InlineData("""{"alg":"RS256","alg":"none"}""")]
    [InlineData("""{"kid":"rsa-1"}""")]
    [InlineData("""{"alg":null}""")]
    [InlineData("""{"alg":["RS256"]}""")]
    [InlineData("""{"alg":"RS256","kid":1}""")]
    [InlineData("""[{"alg":"RS256"}]""")]
    [InlineData("")]
    public void A_token_with_an_invalid_header_is_rejected(string header) =>
        Assert.False(JsonWebToken.TryParse(JwtSigner.Rsa.SignText(header, _claims.ToJsonString()), out _));

    [Fact]
    public void A_token_with_deep_JSON_is_rejected()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 2000)) + string.Concat(Enumerable.Repeat("]", 2000));
        Assert.False(JsonWebToken.TryParse(
            JwtSigner.Rsa.SignText(Header, $$"""{"iss":"a","x":{{deep}}}"""), out _));
    }

    [Fact]
    public void Only_base64url_without_padding_and_white_space_is_a_token()
    {
        var parts = JwtSigner.Rsa.Sign(_claims).Split('.');
        Assert.True(JsonWebToken.TryParse(string.Join('.', parts), out _));
        foreach (var extra in (string[])["=", "==", " ", "\n", "\r\n", "\t", "\v", "\u00a0", "+", "/", "%", "é", "."])
        {
            for (var part = 0; part < parts.Length; part++)
            {
                foreach (var at in (int[])[0, 10, parts[part].Length])
                {
                    string[] changed = [.. parts];
                    changed[part] = changed[part].Insert(at, extra);
                    Assert.False(JsonWebToken.TryParse(string.Join('.', changed), out _), $"{extra} in {part} at {at}");
                }
            }
        }
        Assert.False(JsonWebToken.TryParse($"{parts[0]}.{parts[1]}", out _));
        Assert.False(JsonWebToken.TryParse($"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}.{parts[2]}", out _));
    }

    [Fact]
    public void A_token_without_a_signature_is_parsed_and_never_verified()
    {
        var parts = JwtSigner.Rsa.Sign(_claims).Split('.');
        Assert.True(JsonWebToken.TryParse($"{parts[0]}.{parts[1]}.", out var token));
        Assert.Equal(
            "The token's signature is wrong.", JwtVerifier.FailureOfSignature(token, JwtSigner.Rsa.Keys()));
    }

    [Fact]
    public void A_token_has_at_most_16_KiB()
    {
        // As base64url, the rest of the longest one, and of one more character, is a possible signature.
        var start = Enumerable.Range(0, 4)
            .Select(i => JwtSigner.Join(Header, $$"""{"iss":"a","x":"{{new string('x', i)}}"}""", _ => []))
            .First(text => (JsonWebToken.MaxLength - text.Length) % 4 >= 2);
        Assert.True(JsonWebToken.TryParse(start.PadRight(JsonWebToken.MaxLength, 'A'), out _));
        Assert.False(JsonWebToken.TryParse(start.PadRight(JsonWebToken.MaxLength + 1, 'A'), out _));
        Assert.True(JsonWebToken.TryParse(start.PadRight(JsonWebToken.MaxLength - 3, 'A'), out _));
    }

    [Fact]
    public void Claims_are_text_numbers_and_Booleans_and_nothing_else()
    {
        var payload = """{"iss":"a","n":1.50,"t":true,"f":false,"list":["x"],"object":{"x":"y"},"null":null,"":"e"}""";
        Assert.True(JsonWebToken.TryParse(JwtSigner.Rsa.SignText(Header, payload), out var token));
        Assert.Equal(
            ["=e", "f=false", "iss=a", "n=1.50", "t=true"],
            token.Claims.Select(claim => $"{claim.Key}={claim.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_of_a_token_gets_into_a_log()
    {
        var text = JwtSigner.Rsa.Sign(_claims);
        Assert.True(JsonWebToken.TryParse(text, out var token));
        Assert.Equal($"a token of {JwtSigner.Issuer}", $"{token}");
        Assert.Equal("credentials of '__token__'", $"{new Credentials("__token__", text, token)}");
    }

    [Fact]
    public void Random_bytes_never_throw() => Prop.ForAll<byte[], byte[], byte[]>((header, payload, signature) =>
    {
        string[] parts = [JwtSigner.Encode(header), JwtSigner.Encode(payload), JwtSigner.Encode(signature)];
        var (encoded, latin) = (string.Join('.', parts), Encoding.Latin1.GetString(payload));
        return AreForged(encoded, $"ey{encoded}", latin, $"ey{latin}.e30.");
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_JSON_never_throws() => Prop.ForAll(
        Gen.Elements(
            "{", "}", "[", "]", ":", ",", "\"iss\"", "\"a\"", "\"aud\":", "\"exp\":", "\"kubernetes.io\"", "1", "-1",
            "1e999", "0.1", "253402300799", "true", "null", "\"\\ud800\"", "\"\\u0000\"", "\"alg\"", "\"RS256\"",
            "\"crit\"", " ")
            .ArrayOf().Select(string.Concat).ToArbitrary(),
        text => AreForged(
            JwtSigner.Join(Header, text, _ => []),
            JwtSigner.Join(Header, $$"""{"iss":"a",{{text}}}""", _ => []),
            JwtSigner.Join($$"""{"alg":"a",{{text}}}""", """{"iss":"a"}""", _ => []))).QuickCheckThrowOnFailure();

    /// <summary>Whether each text is no token, or one that nobody signed.</summary>
    static bool AreForged(params IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            if (!JsonWebToken.TryParse(text, out var token))
                continue;
            _ = JwtVerifier.FailureOfTimes(token, DateTimeOffset.UnixEpoch);
            if (JwtVerifier.FailureOfSignature(token, JwtSigner.Rsa.Keys()) is null)
                return false;
        }
        return true;
    }
}
