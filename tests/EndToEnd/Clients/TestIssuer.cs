using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Clients;

/// <summary>
/// An OpenID Connect issuer, as GitHub and GitLab are for their jobs: it publishes its configuration and its keys, and
/// gives out signed tokens.
/// </summary>
public sealed class TestIssuer : IDisposable
{
    readonly HttpListener _listener = new();
    RSA _key = RSA.Create(2048);
    int _generation = 1;

    /// <summary>Starts an issuer at a loopback port.</summary>
    public TestIssuer()
    {
        Url = $"http://localhost:{FreePort.Take()}";
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _ = AnswerAsync();
    }

    /// <summary>The issuer, exactly as its tokens contain it.</summary>
    public string Url { get; }

    string KeyId => $"key-{_generation}";

    /// <summary>Makes a token.</summary>
    /// <param name="claims">The claims, which may replace those that every token has.</param>
    public string GetToken(params IReadOnlyList<(string Name, JsonNode? Value)> claims)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var payload = new JsonObject
        {
            ["iss"] = Url,
            ["aud"] = "pyrepo",
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 300,
            ["jti"] = Guid.NewGuid().ToString(),
        };
        foreach (var (name, value) in claims)
            payload[name] = value?.DeepClone();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };
        var input = $"{Encoded(header)}.{Encoded(payload)}";
        var signature = _key.SignData(
            Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{input}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Signs with another key from now on. The old one is withdrawn.</summary>
    public void Rotate()
    {
        _key = RSA.Create(2048);
        _generation++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Close();
        _key.Dispose();
    }

    async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                var body = JsonSerializer.SerializeToUtf8Bytes(context.Request.Url!.AbsolutePath switch
                {
                    "/.well-known/openid-configuration" =>
                        new JsonObject { ["issuer"] = Url, ["jwks_uri"] = $"{Url}/keys" },
                    _ => new JsonObject { ["keys"] = new JsonArray(PublicKey()) },
                });
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
            catch (Exception) when (!_listener.IsListening)
            {
                return;
            }
        }
    }

    JsonObject PublicKey()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = KeyId,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    static string Encoded(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
