using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Tests.Access.Jwt;

/// <summary>
/// The examples of <see href="https://www.rfc-editor.org/rfc/rfc7515#appendix-A">RFC 7515, appendix A</see>.
/// </summary>
public sealed class JsonWebSignatureExamplesTests
{
    const string Payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    const string Hs256 =
        $"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{Payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    const string Rs256 =
        $"eyJhbGciOiJSUzI1NiJ9.{Payload}."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
        + "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
        + "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
        + "wlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    const string Es256 =
        $"eyJhbGciOiJFUzI1NiJ9.{Payload}."
        + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    static readonly ImmutableArray<JsonWebKey> _rsa = JwtSigner.GetKeys(new JsonObject
    {
        ["kty"] = "RSA",
        ["n"] = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
            + "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB"
            + "dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia"
            + "GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
        ["e"] = "AQAB",
    });

    static readonly ImmutableArray<JsonWebKey> _ec = JwtSigner.GetKeys(new JsonObject
    {
        ["kty"] = "EC",
        ["crv"] = "P-256",
        ["x"] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        ["y"] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });

    [Fact]
    public void The_signatures_of_RS256_and_ES256_are_right_with_their_keys_and_no_others()
    {
        Assert.Null(GetFailure(Rs256, _rsa));
        Assert.Null(GetFailure(Es256, _ec));
        Assert.Null(GetFailure(Es256, [.. _rsa, .. _ec]));
        Assert.NotNull(GetFailure(Rs256, _ec));
        Assert.NotNull(GetFailure(Es256, _rsa));
    }

    [Fact]
    public void An_HMAC_is_not_a_signature()
    {
        var secret = JwtSigner.GetKeys(new JsonObject
        {
            ["kty"] = "oct",
            ["k"] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        });
        Assert.Empty(secret);
        Assert.NotNull(GetFailure(Hs256, secret));
        Assert.NotNull(GetFailure(Hs256, _rsa));
    }

    [Fact]
    public void The_claims_are_those_of_the_example()
    {
        Assert.True(JsonWebToken.TryParse(Rs256, out var token));
        Assert.Equal("joe", token.Issuer);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1300819380), token.Expires);
        Assert.Equal("true", token.Claims["http://example.com/is_root"]);
    }

    static string? GetFailure(string text, ImmutableArray<JsonWebKey> keys)
    {
        Assert.True(JsonWebToken.TryParse(text, out var token));
        return JwtVerifier.FailureOfSignature(token, keys);
    }
}
