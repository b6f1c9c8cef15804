using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Tests.Access.Jwt;

public sealed class JsonWebKeyTests
{
    static readonly JsonObject _claims = JwtSigner.Claims(DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_weak_RSA_key_is_ignored()
    {
        var weak = JwtSigner.WithRsa("weak", 1024);
        Assert.Empty(weak.Keys());
        // Leading zeros make it no stronger.
        Assert.Empty(weak.Keys(("n", JwtSigner.Encode([.. new byte[128], .. weak.KeyBytes]))));
        Assert.Single(JwtSigner.Rsa.Keys(("n", JwtSigner.Encode([0, .. JwtSigner.Rsa.KeyBytes]))));
        Assert.Empty(JwtSigner.Rsa.Keys(("n", JwtSigner.Encode(new byte[1025]))));
    }

    [Fact]
    public void An_EC_point_that_is_off_the_curve_verifies_nothing()
    {
        var x = JwtSigner.Ec.KeyBytes;
        x[^1] ^= 1;
        var keys = JwtSigner.Ec.Keys(("x", JwtSigner.Encode(x)));
        Assert.True(JsonWebToken.TryParse(JwtSigner.Ec.Sign(_claims), out var token));
        Assert.NotNull(JwtVerifier.FailureOfSignature(token, keys));
        var zeros = JwtSigner.Encode(new byte[32]);
        Assert.NotNull(JwtVerifier.FailureOfSignature(token, JwtSigner.Ec.Keys(("x", zeros), ("y", zeros))));
    }

    [Theory]
    [InlineData("use", "enc")]
    [InlineData("kty", "oct")]
    [InlineData("kty", "OKP")]
    [InlineData("kty", null)]
    [InlineData("alg", "HS256")]
    [InlineData("alg", "none")]
    [InlineData("alg", "ES256")]
    [InlineData("alg", "RSA-OAEP")]
    [InlineData("n", "not base64url!")]
    [InlineData("n", null)]
    [InlineData("e", "")]
    [InlineData("e", null)]
    public void A_key_that_is_not_for_signatures_is_ignored(string name, string? value)
    {
        Assert.Empty(JwtSigner.Rsa.Keys((name, value)));
        // The issuer's other keys stay usable.
        Assert.Single(JwtSigner.GetKeys(JwtSigner.Rsa.Jwk((name, value)), JwtSigner.Ec.Jwk()));
    }

    [Theory]
    [InlineData("""["verify"]""", true)]
    [InlineData("""["sign", "verify"]""", true)]
    [InlineData("""["encrypt"]""", false)]
    [InlineData("""[1, null]""", false)]
    [InlineData("[]", false)]
    [InlineData("\"verify\"", false)]
    public void A_key_with_a_list_of_operations_verifies_only_if_it_says_so(string operations, bool verifies) =>
        Assert.Equal(verifies, JwtSigner.Rsa.Keys(("key_ops", JsonNode.Parse(operations))).Length == 1);

    [Theory]
    [InlineData("crv", "P-384")]
    [InlineData("crv", "secp256k1")]
    [InlineData("alg", "ES384")]
    [InlineData("alg", "RS256")]
    [InlineData("x", "AAAA")]
    public void An_EC_key_of_another_curve_is_ignored(string name, string value) =>
        Assert.Empty(JwtSigner.Ec.Keys((name, value)));

    [Theory]
    [InlineData("""{"keys":[]}""", true)]
    [InlineData("""{"keys":[1,null,"x",[],{}]}""", true)]
    [InlineData("""{"keys":{}}""", false)]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    public void A_key_set_is_a_list_of_keys(string text, bool isSet)
    {
        ImmutableArray<JsonWebKey> Read() => JsonWebKey.ReadSet(JsonElement.Parse(text));
        if (isSet)
            Assert.Empty(Read());
        else
            Assert.Throws<JsonException>(() => Read());
    }
}
