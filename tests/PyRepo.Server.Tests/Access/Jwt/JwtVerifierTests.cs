using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Server.Access.Jwt;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access.Jwt;

/// <summary>Tokens as attackers make them. Each is refused, with a sentence that says why.</summary>
public sealed class JwtVerifierTests
{
    const string Expired = "The token has expired.";
    const string NotYet = "The token is not valid yet.";
    const string UnknownKey = "The token is signed with a key that its issuer does not publish.";
    const string OtherAlgorithm = "The token's algorithm is not accepted: its issuer's key has another one.";
    const string WrongSignature = "The token's signature is wrong.";
    const string OtherIssuer = "The token is of another issuer.";

    static readonly JwtSigner _rsa = JwtSigner.Rsa;
    static readonly JwtSigner _ec = JwtSigner.Ec;
    static readonly JwtSigner _attacker = JwtSigner.WithRsa("rsa-1", 2048);

    readonly FakeClock _clock = new();

    JsonObject Claims => JwtSigner.Claims(_clock.GetUtcNow());

    [Fact]
    public async Task A_token_of_the_issuer_is_valid_until_it_expires()
    {
        var verifier = Verifier([.. _rsa.Keys(), .. _ec.Keys()]);
        string[] tokens = [_rsa.Sign(Claims), _ec.Sign(Claims), _ec.Sign(Claims, ("kid", null))];
        foreach (var token in tokens)
            Assert.Null(await FailureAsync(token, verifier));
        _clock.Advance(TimeSpan.FromSeconds(600 + 9));
        foreach (var token in tokens)
            Assert.Null(await FailureAsync(token, verifier));
        _clock.Advance(TimeSpan.FromSeconds(1));
        foreach (var token in tokens)
            Assert.Equal(Expired, await FailureAsync(token, verifier));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("nOnE")]
    [InlineData("")]
    [InlineData("HS256")]
    [InlineData("RS1")]
    [InlineData("rs256")]
    [InlineData("ES256")]
    [InlineData("ES256K")]
    [InlineData("PS256")]
    [InlineData("RS512")]
    [InlineData("RS256 ")]
    public async Task An_algorithm_that_the_key_does_not_have_is_refused_whatever_the_signature_is(string algorithm)
    {
        var header = $$"""{"alg":"{{algorithm}}","kid":"rsa-1"}""";
        foreach (var sign in (Func<byte[], byte[]>[])[_ => [], _ => [0], input => [.. input.Take(256)], _rsa.SignPss])
        {
            var token = JwtSigner.Join(header, Claims.ToJsonString(), sign);
            Assert.Equal(OtherAlgorithm, await FailureAsync(token, Verifier(_rsa.Keys())));
        }
    }

    [Fact]
    public async Task The_public_key_is_no_secret_of_an_HMAC()
    {
        foreach (var signer in (JwtSigner[])[_rsa, _ec])
        {
            var pem = signer.Pem;
            byte[][] secrets =
            [
                Encoding.ASCII.GetBytes(pem), Encoding.ASCII.GetBytes(pem + "\n"), signer.KeyBytes,
                Encoding.ASCII.GetBytes(signer.Jwk().ToJsonString()), [],
            ];
            foreach (var secret in secrets)
            {
                var token = signer.SignWithPublicKey(Claims, secret);
                Assert.Equal(OtherAlgorithm, await FailureAsync(token, Verifier(signer.Keys())));
                Assert.Equal(OtherAlgorithm, await FailureAsync(token, Verifier(signer.Keys(("alg", null)))));
                Assert.Empty(signer.Keys(("alg", "HS256")));
            }
        }
    }

    [Fact]
    public async Task PS256_is_accepted_only_if_the_key_allows_it()
    {
        var token = JwtSigner.Join("""{"alg":"PS256","kid":"rsa-1"}""", Claims.ToJsonString(), _rsa.SignPss);
        Assert.Equal(OtherAlgorithm, await FailureAsync(token, Verifier(_rsa.Keys())));
        Assert.Null(await FailureAsync(token, Verifier(_rsa.Keys(("alg", "PS256")))));
        Assert.Null(await FailureAsync(token, Verifier(_rsa.Keys(("alg", null)))));
        var asRs256 = JwtSigner.Join("""{"alg":"RS256","kid":"rsa-1"}""", Claims.ToJsonString(), _rsa.SignPss);
        Assert.Equal(WrongSignature, await FailureAsync(asRs256, Verifier(_rsa.Keys(("alg", null)))));
    }

    [Fact]
    public async Task A_signature_in_another_form_is_wrong()
    {
        var der = JwtSigner.Join("""{"alg":"ES256","kid":"ec-1"}""", Claims.ToJsonString(), _ec.SignDer);
        Assert.Equal(WrongSignature, await FailureAsync(der, Verifier(_ec.Keys())));
        foreach (var bytes in (int[])[0, 1, 63, 64, 65])
        {
            var token = JwtSigner.Join(
                """{"alg":"ES256","kid":"ec-1"}""", Claims.ToJsonString(), _ => new byte[bytes]);
            Assert.Equal(WrongSignature, await FailureAsync(token, Verifier(_ec.Keys())));
        }
    }

    [Fact]
    public async Task A_token_of_another_key_is_refused()
    {
        Assert.Equal(WrongSignature, await FailureAsync(_attacker.Sign(Claims), Verifier(_rsa.Keys())));
        Assert.Equal(
            UnknownKey, await FailureAsync(_attacker.Sign(Claims, ("kid", "rsa-2")), Verifier(_rsa.Keys())));
        // The issuer has both keys, but the token names the other one.
        Assert.Equal(
            OtherAlgorithm,
            await FailureAsync(_rsa.Sign(Claims, ("kid", "ec-1")), Verifier([.. _rsa.Keys(), .. _ec.Keys()])));
        Assert.Equal(UnknownKey, await FailureAsync(_rsa.Sign(Claims), Verifier([])));
    }

    [Fact]
    public async Task A_key_that_the_token_brings_along_is_ignored()
    {
        (string, JsonNode?)[][] headers =
        [
            [("jwk", _attacker.Jwk())],
            [("jku", "https://attacker.example.com/jwks")],
            [("x5u", "https://attacker.example.com/chain.pem")],
            [("x5c", new JsonArray("MIIB"))],
        ];
        foreach (var header in headers)
            Assert.Equal(WrongSignature, await FailureAsync(_attacker.Sign(Claims, header), Verifier(_rsa.Keys())));
    }

    [Fact]
    public async Task A_token_that_requires_extensions_is_refused()
    {
        foreach (var header in ((string, JsonNode?)[])[("crit", new JsonArray("b64")), ("b64", false), ("crit", 1)])
        {
            Assert.Equal(
                "The token requires extensions that are not known here.",
                await FailureAsync(_rsa.Sign(Claims, header), Verifier(_rsa.Keys())));
        }
    }

    [Fact]
    public async Task A_token_of_another_issuer_is_refused()
    {
        string[] issuers =
        [
            "https://other.example.com", JwtSigner.Issuer + "/", JwtSigner.Issuer + " ",
            "HTTPS://issuer.example.com", "https://issuer.example.com:443", "",
        ];
        foreach (var issuer in issuers)
        {
            var token = _rsa.Sign(JwtSigner.Claims(_clock.GetUtcNow(), ("iss", issuer)));
            Assert.Equal(OtherIssuer, await FailureAsync(token, Verifier(_rsa.Keys())));
        }
    }

    [Fact]
    public async Task Times_are_required_and_enforced_with_ten_seconds_of_clock_skew()
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        (string Claim, JsonNode? Value, string? Failure)[] cases =
        [
            ("exp", null, "The token never expires, so it is not accepted."),
            ("exp", now - 10, Expired),
            ("exp", now - 9, null),
            ("exp", 0, Expired),
            ("nbf", now + 11, NotYet),
            ("nbf", now + 10, null),
            ("iat", now + 11, NotYet),
            ("iat", now + 10, null),
            ("nbf", null, null),
            ("iat", null, null),
            ("exp", now + 0.5, null),
        ];
        foreach (var (claim, value, failure) in cases)
        {
            var token = _rsa.Sign(JwtSigner.Claims(_clock.GetUtcNow(), (claim, value)));
            Assert.Equal((claim, value?.ToJsonString(), failure),
                (claim, value?.ToJsonString(), await FailureAsync(token, Verifier(_rsa.Keys()))));
        }
    }

    [Theory]
    [InlineData(253_402_300_799)]
    [InlineData(253_402_300_790)]
    public async Task A_token_until_the_end_of_time_is_judged_like_any_other(long seconds)
    {
        var claims = JwtSigner.Claims(_clock.GetUtcNow(), ("exp", seconds));
        Assert.Null(await FailureAsync(_rsa.Sign(claims), Verifier(_rsa.Keys())));
        Assert.Equal(WrongSignature, await FailureAsync(_attacker.Sign(claims), Verifier(_rsa.Keys())));
    }

    [Fact]
    public async Task Changing_any_bit_of_a_token_makes_it_invalid()
    {
        foreach (var signer in (JwtSigner[])[_rsa, _ec])
        {
            var verifier = Verifier(signer.Keys());
            var token = signer.Sign(Claims);
            Assert.Null(await FailureAsync(token, verifier));
            var parts = token.Split('.');
            for (var part = 0; part < parts.Length; part++)
            {
                var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(parts[part]);
                for (var bit = 0; bit < bytes.Length * 8; bit += part == 2 ? 1 : 3)
                {
                    var changed = bytes.ToArray();
                    changed[bit / 8] ^= (byte)(1 << (bit % 8));
                    string[] all = [.. parts];
                    all[part] = JwtSigner.Encode(changed);
                    if (JsonWebToken.TryParse(string.Join('.', all), out var parsed))
                        Assert.NotNull(await verifier.FailureOfAsync(parsed, default));
                }
            }
        }
    }

    [Fact]
    public async Task A_token_that_was_valid_is_remembered_for_five_minutes_after_its_key_was_withdrawn()
    {
        var keys = new ChangingKeys { Keys = _rsa.Keys() };
        var verifier = new JwtVerifier(JwtSigner.Issuer, keys, _clock);
        var token = _rsa.Sign(Claims);
        Assert.Null(await FailureAsync(token, verifier));
        keys.Keys = _attacker.Keys();
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Null(await FailureAsync(token, verifier));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WrongSignature, await FailureAsync(token, verifier));
    }

    [Fact]
    public async Task The_cache_of_valid_tokens_accepts_no_forged_one()
    {
        var verifier = Verifier(_rsa.Keys());
        var token = _rsa.Sign(Claims);
        Assert.Null(await FailureAsync(token, verifier));
        var claims = JwtSigner.Claims(_clock.GetUtcNow(), ("repository", "acme/other"));
        var payload = JwtSigner.Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        Assert.Equal(
            WrongSignature,
            await FailureAsync($"{token.Split('.')[0]}.{payload}.{token.Split('.')[2]}", verifier));
    }

    JwtVerifier Verifier(ImmutableArray<JsonWebKey> keys) =>
        new(JwtSigner.Issuer, new KnownSigningKeys(keys), _clock);

    static async Task<string?> FailureAsync(string text, JwtVerifier verifier)
    {
        Assert.True(JsonWebToken.TryParse(text, out var token));
        return await verifier.FailureOfAsync(token, default);
    }
}
