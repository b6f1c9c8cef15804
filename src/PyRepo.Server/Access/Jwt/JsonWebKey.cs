using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace PyRepo.Server.Access.Jwt;

/// <summary>
/// A public key of an issuer (<see href="https://www.rfc-editor.org/rfc/rfc7517">RFC 7517</see>). The key decides which
/// algorithms it verifies, whatever a token says: a public key is never the secret of an HMAC, and <c>none</c> is no
/// algorithm.
/// </summary>
sealed class JsonWebKey
{
    const int MinRsaBytes = 2048 / 8, MaxRsaBytes = 8192 / 8, MaxExponentBytes = 8;

    readonly RSAParameters? _rsa;
    readonly ECParameters? _ec;
    readonly ImmutableArray<string> _algorithms;

    JsonWebKey(string? id, RSAParameters? rsa, ECParameters? ec, ImmutableArray<string> algorithms) =>
        (Id, _rsa, _ec, _algorithms) = (id, rsa, ec, algorithms);

    /// <summary>The identifier (<c>kid</c>), or null.</summary>
    public string? Id { get; }

    /// <summary>Reads a key set (RFC 7517 §5). What is no usable key for signatures is omitted, as §5 says.</summary>
    /// <exception cref="JsonException">It is no key set.</exception>
    public static ImmutableArray<JsonWebKey> ReadSet(JsonElement set)
    {
        if (set.ValueKind is not JsonValueKind.Object || !set.TryGetProperty("keys", out var keys)
            || keys.ValueKind is not JsonValueKind.Array)
        {
            throw new JsonException("It is not a JSON Web Key Set: it has no list 'keys'.");
        }
        return [.. keys.EnumerateArray().Select(TryRead).OfType<JsonWebKey>()];
    }

    /// <summary>Whether the key verifies signatures of an algorithm.</summary>
    public bool Supports(string algorithm) => _algorithms.Contains(algorithm);

    /// <summary>Whether a token's signature is right. The key must support its algorithm.</summary>
    public bool Verify(JsonWebToken token)
    {
        if (!Supports(token.Algorithm))
            return false;
        try
        {
            return _rsa is { } rsa ? VerifyRsa(rsa, token) : VerifyEc(_ec!.Value, token);
        }
        catch (CryptographicException)
        {
            return false; // The key or the signature is no possible one.
        }
    }

    static bool VerifyRsa(RSAParameters parameters, JsonWebToken token)
    {
        using var rsa = RSA.Create(parameters);
        var padding = token.Algorithm.StartsWith('P') ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return rsa.VerifyData(token.SigningInput, token.Signature, GetHash(token.Algorithm), padding);
    }

    static bool VerifyEc(ECParameters parameters, JsonWebToken token)
    {
        using var ec = ECDsa.Create(parameters);
        return ec.VerifyData(
            token.SigningInput, token.Signature, GetHash(token.Algorithm),
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    static HashAlgorithmName GetHash(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    static JsonWebKey? TryRead(JsonElement key)
    {
        if (key.ValueKind is not JsonValueKind.Object || !IsForSignatures(key))
            return null;
        return GetText(key, "kty") switch
        {
            "RSA" => ReadRsa(key),
            "EC" => ReadEc(key),
            _ => null,
        };
    }

    /// <summary>Whether a key may verify signatures (RFC 7517 §4.2 and §4.3). A key that does not say so may.</summary>
    static bool IsForSignatures(JsonElement key) =>
        GetText(key, "use") is null or "sig"
        && (!key.TryGetProperty("key_ops", out var operations)
            || (operations.ValueKind is JsonValueKind.Array
                && operations.EnumerateArray().Any(
                    each => each.ValueKind is JsonValueKind.String && each.ValueEquals("verify"))));

    static JsonWebKey? ReadRsa(JsonElement key)
    {
        // Leading zeros make a modulus longer, but not the key stronger.
        if (GetBytes(key, "n")?.SkipWhile(digit => digit == 0).ToArray()
                is not { Length: >= MinRsaBytes and <= MaxRsaBytes } modulus
            || GetBytes(key, "e") is not { Length: > 0 and <= MaxExponentBytes } exponent)
        {
            return null;
        }
        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        return Create(key, parameters, null, ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]);
    }

    static JsonWebKey? ReadEc(JsonElement key)
    {
        (ECCurve Curve, int Bytes, string Algorithm)? known = GetText(key, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32, "ES256"),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48, "ES384"),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66, "ES512"),
            _ => null,
        };
        if (known is not { } curve || GetBytes(key, "x") is not { } x || GetBytes(key, "y") is not { } y
            || x.Length != curve.Bytes || y.Length != curve.Bytes)
        {
            return null;
        }
        var parameters = new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y } };
        return Create(key, null, parameters, [curve.Algorithm]);
    }

    static JsonWebKey? Create(
        JsonElement key, RSAParameters? rsa, ECParameters? ec, ImmutableArray<string> possible)
    {
        if (GetText(key, "alg") is not { } algorithm)
            return new JsonWebKey(GetText(key, "kid"), rsa, ec, possible);
        return possible.Contains(algorithm) ? new JsonWebKey(GetText(key, "kid"), rsa, ec, [algorithm]) : null;
    }

    static string? GetText(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    static byte[]? GetBytes(JsonElement key, string name)
    {
        var text = GetText(key, name);
        return text is not null && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
    }
}
