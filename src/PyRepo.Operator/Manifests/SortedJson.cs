using System.Text.Json.Nodes;

namespace PyRepo.Operator.Manifests;

/// <summary>
/// JSON with the properties of all objects in ordinal order, so that equal values are written the same.
/// </summary>
static class SortedJson
{
    public static JsonNode? Sort(JsonNode? value) => value switch
    {
        JsonObject map => new JsonObject(
            map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sort(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sort)]),
        _ => value?.DeepClone(),
    };
}
