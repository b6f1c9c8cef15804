using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Server.Access.Jwt;

namespace PyRepo.Server.Tests.Access.Jwt;

/// <summary>An issuer with one key, which signs whatever a test asks for.</summary>
sealed class JwtSigner
{
    public const string Issuer = "https://issuer.example.com";
    public const string Audience = "pyrepo";

    readonly RSA? _rsa;
    readonly ECDsa? _ec;

    JwtSigner(string keyId, RSA? rsa, ECDsa? ec) => (KeyId, _rsa, _ec) = (keyId, rsa, ec);

    /// <summary>Two issuers that many tests share, because keys are slow to make.</summary>
    public static JwtSigner Rsa { get; } = WithRsa("rsa-1", 2048);

    /// <inheritdoc cref="Rsa"/>
    public static JwtSigner Ec { get; } = WithEc("ec-1");

    public string KeyId { get; }

    public string Algorithm => _rsa is null ? "ES256" : "RS256";

    /// <summary>The public key as PEM, which forgers use as the secret of an HMAC.</summary>
    public string Pem => ((AsymmetricAlgorithm?)_rsa ?? _ec!).ExportSubjectPublicKeyInfoPem();

    /// <summary>The modulus, or a coordinate of the point.</summary>
    public byte[] KeyBytes => _rsa?.ExportParameters(false).Modulus ?? _ec!.ExportParameters(false).Q.X!;

    public static JwtSigner WithRsa(string keyId, int bits) => new(keyId, RSA.Create(bits), null);

    public static JwtSigner WithEc(string keyId) => new(keyId, null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The public key as a JSON Web Key.</summary>
    public JsonObject Jwk(params IEnumerable<(string Name, JsonNode? Value)> changes)
    {
        JsonObject key;
        if (_rsa?.ExportParameters(false) is { } rsa)
            key = new() { ["kty"] = "RSA", ["n"] = Encode(rsa.Modulus!), ["e"] = Encode(rsa.Exponent!) };
        else
        {
            var point = _ec!.ExportParameters(false).Q;
            key = new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Encode(point.X!), ["y"] = Encode(point.Y!) };
        }
        (key["kid"], key["alg"], key["use"]) = (KeyId, Algorithm, "sig");
        return Changed(key, changes);
    }

    /// <summary>Reads the key as the server does.</summary>
    public ImmutableArray<JsonWebKey> Keys(params IEnumerable<(string Name, JsonNode? Value)> changes) =>
        GetKeys(Jwk(changes));

    public static ImmutableArray<JsonWebKey> GetKeys(params JsonObject[] keys) =>
        JsonWebKey.ReadSet(JsonElement.Parse(GetSet(keys)));

    public static string GetSet(params JsonObject[] keys) =>
        new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    /// <summary>Claims of a good token, changed. Null removes a claim.</summary>
    public static JsonObject Claims(DateTimeOffset now, params IEnumerable<(string Name, JsonNode? Value)> changes)
    {
        var seconds = now.ToUnixTimeSeconds();
        return Changed(
            new JsonObject
            {
                ["iss"] = Issuer,
                ["sub"] = "repo:acme/lib",
                ["aud"] = Audience,
                ["iat"] = seconds,
                ["nbf"] = seconds,
                ["exp"] = seconds + 600,
                ["repository"] = "acme/lib",
            },
            changes);
    }

    /// <summary>Claims of a good token of a ServiceAccount, changed.</summary>
    public static JsonObject ServiceAccountClaims(
        DateTimeOffset now, string ns, string name, params IEnumerable<(string Name, JsonNode? Value)> changes) =>
        Claims(
            now,
            [
                ("sub", $"system:serviceaccount:{ns}:{name}"),
                ("repository", null),
                ("kubernetes.io", new JsonObject
                {
                    ["namespace"] = ns,
                    ["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = "1" },
                }),
                .. changes,
            ]);

    /// <summary>Signs claims with the key's own algorithm.</summary>
    public string Sign(JsonObject claims, params IEnumerable<(string Name, JsonNode? Value)> header)
    {
        var head = Changed(
            new JsonObject { ["alg"] = Algorithm, ["kid"] = KeyId, ["typ"] = "JWT" }, header);
        return SignText(head.ToJsonString(), claims.ToJsonString());
    }

    /// <summary>Signs a header and a payload that may be anything.</summary>
    public string SignText(string header, string payload) => Join(header, payload, Signature);

    /// <summary>Joins the three parts, with a signature that is made of the first two.</summary>
    public static string Join(string header, string payload, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        return $"{input}.{Encode(sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>A token with <c>alg</c> HS256 whose secret is this issuer's public key, in some form.</summary>
    public string SignWithPublicKey(JsonObject claims, byte[] secret) => Join(
        $$"""{"alg":"HS256","kid":"{{KeyId}}"}""", claims.ToJsonString(), input => HMACSHA256.HashData(secret, input));

    public byte[] SignPss(byte[] input) => _rsa!.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

    public byte[] SignDer(byte[] input) =>
        _ec!.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    byte[] Signature(byte[] input) =>
        _rsa?.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        ?? _ec!.SignData(input, HashAlgorithmName.SHA256);

    static JsonObject Changed(JsonObject json, IEnumerable<(string Name, JsonNode? Value)> changes)
    {
        foreach (var (name, value) in changes)
        {
            json.Remove(name);
            if (value is not null)
                json[name] = value;
        }
        return json;
    }
}
