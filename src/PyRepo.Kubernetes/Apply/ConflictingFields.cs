using System.Text.Json;
using System.Text.Json.Nodes;

namespace PyRepo.Kubernetes.Apply;

/// <summary>Finds fields of others that make a desired object invalid.</summary>
static class ConflictingFields
{
    /// <summary>
    /// A merge patch that removes what was rejected and is not desired. It also writes the desired values next to it:
    /// one without the other would be invalid, or would bring defaults back. Null: what was rejected is desired, or is
    /// in a list.
    /// </summary>
    /// <param name="desired">The applied object.</param>
    /// <param name="live">The object as it is.</param>
    /// <param name="rejected">The paths that the API server named.</param>
    public static JsonObject? Removal(JsonElement desired, JsonElement live, IReadOnlyList<string> rejected)
    {
        var patch = new JsonObject();
        foreach (var path in rejected)
        {
            var names = path.Split('.');
            if (names[0] is not "metadata" && !path.Contains('[', StringComparison.Ordinal))
                Add(patch, desired, live, names);
        }
        return patch.Count > 0 ? patch : null;
    }

    static void Add(JsonObject patch, JsonElement desired, JsonElement live, string[] names)
    {
        for (var depth = 0; depth < names.Length; depth++)
        {
            if (desired.ValueKind is not JsonValueKind.Object)
                return;
            if (!desired.TryGetProperty(names[depth], out var inner))
            {
                // The object must not lose all its fields because one unknown field is rejected.
                if (depth > 0)
                    Remove(patch, names.AsSpan(0, depth), desired, [names[depth]]);
                return;
            }
            desired = inner;
            live = live.ValueKind is JsonValueKind.Object && live.TryGetProperty(names[depth], out var there)
                ? there
                : default;
        }
        if (desired.ValueKind is not JsonValueKind.Object || live.ValueKind is not JsonValueKind.Object)
            return;
        var wanted = desired;
        Remove(patch, names, desired,
            [.. live.EnumerateObject().Select(field => field.Name).Where(name => !wanted.TryGetProperty(name, out _))]);
    }

    static void Remove(JsonObject patch, ReadOnlySpan<string> path, JsonElement desired, IReadOnlyList<string> foreign)
    {
        if (foreign.Count == 0)
            return;
        foreach (var name in path)
        {
            if (patch[name] is not JsonObject inner)
                patch[name] = inner = [];
            patch = inner;
        }
        foreach (var name in foreign)
            patch[name] = null;
        foreach (var field in desired.EnumerateObject())
        {
            if (field.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
                patch[field.Name] = JsonValue.Create(field.Value);
        }
    }
}
