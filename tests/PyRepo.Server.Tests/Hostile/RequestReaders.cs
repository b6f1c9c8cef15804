using System.Text;
using System.Text.Json;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Hostile;

/// <summary>What reads the headers and paths of requests, and who may send them.</summary>
static class RequestReaders
{
    static readonly string[] _users =
    [
        "x§:", "x:$2y$05$", "x§:$2y$14$abcdefghijklmnopqrstuv\n", "x:{SHA}", "$apr1$", "$6$rounds=", "$6$", "9",
        "$", ":", ",", "#",
        "\n", "\r\n", " ", "a", "./", "$y$j9T$", "x§:$6$a$b\n", "x§: a b\n", "é",
    ];

    static readonly string[] _tokens =
    [
        "{\"id\":\"x§\",\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}\n",
        "{\"id\":", "{\"a§\":1}\n",
        "\"", "{", "}", "[", "]", ",", ":", "#", "\n", "\\", " ", "null\n",
    ];

    static readonly string[] _header =
    [
        "Basic ", "Bearer ", "eyJ", "eyJhbGciOiJSUzI1NiJ9", ".", "=", "-", "_", "a", "OnA=", "pip/24.0 ",
        "{\"python\":\"3.1\"", "{\"a\":", "[", "}",
        "\"", "(", ")", "; python ", "PyRepo/1 (", "Python/3.1", "Python-urllib/", "/", " ", ",", ";", "q=0.§", "é",
    ];

    static readonly string[] _path =
        ["simple/", "+simple/", "packages/", "files/", "@2020-01-01/", "pypi/", "json", "x§", "/", "//", "..", "%",
        "-1.tar.gz", "-", ".metadata", "."];

    static readonly string[] _keys =
    [
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"x§\"},",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"},", "{},", "[],", "null,",
        "\"x\",", "{\"kty\":\"RSA\",\"n\":\"",
    ];

    public static IEnumerable<HostileReader> All =>
    [
        new("htpasswd", _users, text => ReadUsers("htpasswd", text), "UserStore.Read", "UserStore.ReadGenerated"),
        new("groups of users", _users, text => ReadUsers("groups", text)),
        new("declared tokens", _tokens, text => ReadUsers("tokens", text), "DeclaredTokens.Read"),
        new("an Authorization header", _header, text => Credentials.Parse(text),
            "Credentials.Parse", "BasicCredentials.TryParse", "JsonWebToken.TryParse", "ApiTokenText.TryParse")
        {
            Frames = [("", ""), ("Bearer ", ""), ("Basic ", ""), ("Bearer ey", ".a.b")],
        },
        new("a User-Agent", _header, text => UserAgent.Parse(text), "UserAgent.Parse")
        {
            Frames = [("", ""), ("pip/24.0 {\"a\":[", "]}"), ("PyRepo/1 (", ")")],
        },
        new("a path", _path, text => Route.Parse(text), "Route.Parse", "IndexDate.TryParse")
        {
            Frames = [("", ""), ("files/a.example/", "-1.tar.gz"), ("packages/x/", ".whl")],
        },
        new("the keys of an identity provider", _keys, text =>
            {
                using var document = JsonDocument.Parse(text);
                JsonWebKey.ReadSet(document.RootElement);
            },
            "JsonWebKey.ReadSet") { Frames = [("{\"keys\":[", "{}]}")] },
    ];

    static void ReadUsers(string key, string text) => UserStore.Read(
        new Dictionary<string, byte[]> { ["htpasswd"] = "x:y"u8.ToArray(), [key] = Encoding.UTF8.GetBytes(text) },
        out _);
}
