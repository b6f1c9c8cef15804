using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Clients;

/// <summary>
/// An OpenID Connect issuer, as GitHub and GitLab are for their jobs: it publishes its configuration and its keys, and
/// gives out signed tokens.
/// </summary>
public sealed class TestIssuer : IDisposable
{
    readonly WebApplication _server;
    RSA _key = RSA.Create(2048);
    int _generation = 1;

    /// <summary>Starts an issuer at a loopback port.</summary>
    public TestIssuer()
        : this(IPAddress.Loopback, null)
    {
    }

    /// <summary>Starts an issuer at a port of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="certificate">The certificate for the address, or null for HTTP.</param>
    public TestIssuer(IPAddress address, X509Certificate2? certificate)
    {
        var port = FreePort.Take();
        Url = certificate is null ? $"http://localhost:{port}" : $"https://{address}:{port}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        _server.Start();
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
        ((IDisposable)_server).Dispose();
        _key.Dispose();
    }

    Task AnswerAsync(HttpContext context) => context.Response.WriteAsJsonAsync(
        context.Request.Path.Value is "/.well-known/openid-configuration"
            ? new JsonObject { ["issuer"] = Url, ["jwks_uri"] = $"{Url}/keys" }
            : new JsonObject { ["keys"] = new JsonArray(PublicKey()) });

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
