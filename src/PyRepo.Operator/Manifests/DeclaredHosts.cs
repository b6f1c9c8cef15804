using System.Text.Json;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Manifests;

/// <summary>The hosts that a resource names.</summary>
public static class DeclaredHosts
{
    /// <summary>
    /// Each once, in small letters. They are read from the object as it is: a resource of which the operator does not
    /// understand everything still names its hosts.
    /// </summary>
    public static IEnumerable<string> Find(CustomObject source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return GetTexts(source.Spec).Select(Lowercase).Distinct();
    }

    /// <summary>A host as it is compared: host names have no case.</summary>
#pragma warning disable CA1308 // Kubernetes writes hosts in small letters.
    public static string Lowercase(string host) => host.ToLowerInvariant();
#pragma warning restore CA1308

    static IEnumerable<string> GetTexts(JsonElement spec)
    {
        if (Field(Field(spec, "ingress"), "host") is { ValueKind: JsonValueKind.String } host)
            yield return host.GetString()!;
        if (Field(Field(spec, "gateway"), "hostnames") is not { ValueKind: JsonValueKind.Array } hostnames)
            yield break;
        foreach (var hostname in hostnames.EnumerateArray().Where(h => h.ValueKind is JsonValueKind.String))
            yield return hostname.GetString()!;
    }

    static JsonElement Field(JsonElement map, string name) =>
        map.ValueKind is JsonValueKind.Object && map.TryGetProperty(name, out var field) ? field : default;
}
