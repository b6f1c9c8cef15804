using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.References;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// What a resource says of its pods: storage, server, and the Secrets and ConfigMaps that they mount. While it stays
/// the same, only a new operator or new settings make other pods of it.
/// </summary>
static class DeclaredPods
{
    /// <summary>A hash of it. How many pods there are is no part of it.</summary>
    public static string HashOf(DeclaredResource resource, ReconcileInputs inputs)
    {
        var spec = resource.Source.Spec;
        var parts = References(resource).Concat(inputs.Members.SelectMany(References)).Distinct()
            .Order(StringComparer.Ordinal).Append(TextOf(spec, "storage")).Append(TextOf(spec, "server", "replicas"));
        return ContentHash.Of(parts.Select((part, index) => ($"{index}", Encoding.UTF8.GetBytes(part))))[..16];
    }

    static IEnumerable<string> References(DeclaredResource resource)
    {
        if (resource.Resource is not { } declared)
            return [];
        var members = declared is RepositoryGroup group
            ? group.Spec.Members.Select(member => $"{member.Kind} {member.Name}") : [];
        return DataReferences.Of(declared).Select(r => $"{r.Kind} {r.Name} {r.Key}").Concat(members);
    }

    static string TextOf(JsonElement spec, string field, string? without = null)
    {
        if (spec.ValueKind is not JsonValueKind.Object || !spec.TryGetProperty(field, out var value)
            || JsonNode.Parse(value.GetRawText()) is not JsonObject map)
        {
            return "";
        }
        if (without is not null)
            map.Remove(without);
        return SortedJson.Of(map)!.ToJsonString();
    }
}
