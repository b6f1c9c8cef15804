using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Resources.Manifests;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// The issuer of the tokens of the cluster's ServiceAccounts, as its API server publishes it
/// (<see href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery">issuer
/// discovery</see>).
/// </summary>
/// <param name="Issuer">The issuer, exactly as the tokens contain it.</param>
/// <param name="Keys">
/// The public keys as a <see href="https://www.rfc-editor.org/rfc/rfc7517#section-5">JWK Set</see>. Equal keys give
/// equal texts.
/// </param>
public sealed record ServiceAccountIssuer(string Issuer, string Keys)
{
    /// <summary>Where the API server publishes <see cref="Issuer"/>.</summary>
    public const string ConfigurationPath = "/.well-known/openid-configuration";

    /// <summary>Where the API server publishes <see cref="Keys"/>.</summary>
    public const string KeysPath = "/openid/v1/jwks";

    /// <summary>The fields of a key for RSA or an elliptic curve.</summary>
    static readonly string[] _fields = ["kty", "kid", "alg", "use", "n", "e", "crv", "x", "y"];

    /// <summary>Reads what the API server publishes; null: it is malformed, or there is no key.</summary>
    /// <param name="configuration">The content of <see cref="ConfigurationPath"/>.</param>
    /// <param name="keySet">The content of <see cref="KeysPath"/>.</param>
    public static ServiceAccountIssuer? Read(JsonElement configuration, JsonElement keySet)
    {
        if (GetText(configuration, "issuer") is not { Length: > 0 } issuer
            || keySet.ValueKind is not JsonValueKind.Object || !keySet.TryGetProperty("keys", out var keys)
            || keys.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }
        JsonNode[] read =
        [
            .. keys.EnumerateArray().Where(key => GetText(key, "kty") is not null).Select(GetKey)
                .OrderBy(key => (string?)key["kid"], StringComparer.Ordinal)
                .ThenBy(key => key.ToJsonString(), StringComparer.Ordinal),
        ];
        return read.Length == 0
            ? null
            : new(issuer, SortedJson.Sort(new JsonObject { ["keys"] = new JsonArray(read) })!.ToJsonString());
    }

    /// <summary>Differs for other keys, or another issuer.</summary>
    public string Version { get; } = ContentHash.Compute([(Issuer, Encoding.UTF8.GetBytes(Keys))])[..16];

    /// <summary>As <c>platform.json</c> has it.</summary>
    public JsonObject ToJson() => new() { ["issuer"] = Issuer, ["jwks"] = JsonNode.Parse(Keys) };

    static JsonObject GetKey(JsonElement key) => new(
        from field in _fields
        let text = GetText(key, field)
        where text is not null
        select KeyValuePair.Create(field, (JsonNode?)text));

    static string? GetText(JsonElement map, string field) =>
        map.ValueKind is JsonValueKind.Object && map.TryGetProperty(field, out var value)
        && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
