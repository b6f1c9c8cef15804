using System.Collections.Frozen;
using System.Text.Json;

namespace PyRepo.Kubernetes.Apply;

/// <summary>
/// Whether all that is desired is there. Objects may have more properties than desired (defaults, other managers'
/// fields), but for selectors, where one more selects something else; lists have as many items, in the same order.
/// </summary>
static class DriftDetector
{
    /// <summary>The API server keeps each of these whole: an apply replaces it.</summary>
    static readonly FrozenSet<string> _whole =
        ["selector", "matchLabels", "podSelector", "namespaceSelector", "labelSelector", "nodeSelector"];

    /// <summary>The path of the first value that is not as desired; null: all is.</summary>
    public static string? FirstDifference(JsonElement desired, JsonElement live, string path = "")
    {
        if (desired.ValueKind != live.ValueKind)
            return path;
        return desired.ValueKind switch
        {
            JsonValueKind.Object => FirstInObject(desired, live, path),
            JsonValueKind.Array => FirstInArray(desired, live, path),
            _ => JsonElement.DeepEquals(desired, live) ? null : path,
        };
    }

    /// <summary>Whether two values are the same in all properties that a desired one has.</summary>
    public static bool AreEquivalent(JsonElement desired, JsonElement one, JsonElement other)
    {
        if (desired.ValueKind is not JsonValueKind.Object
            || one.ValueKind is not JsonValueKind.Object || other.ValueKind is not JsonValueKind.Object)
        {
            return JsonElement.DeepEquals(one, other);
        }
        foreach (var property in desired.EnumerateObject())
        {
            var isInOne = one.TryGetProperty(property.Name, out var first);
            if (isInOne != other.TryGetProperty(property.Name, out var second))
                return false;
            var areAlike = !isInOne || (_whole.Contains(property.Name)
                ? JsonElement.DeepEquals(first, second)
                : AreEquivalent(property.Value, first, second));
            if (!areAlike)
                return false;
        }
        return true;
    }

    static string? FirstInObject(JsonElement desired, JsonElement live, string path)
    {
        foreach (var property in desired.EnumerateObject())
        {
            var inner = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (!live.TryGetProperty(property.Name, out var value))
                return inner;
            if (_whole.Contains(property.Name) && !JsonElement.DeepEquals(property.Value, value))
                return inner;
            if (FirstDifference(property.Value, value, inner) is { } difference)
                return difference;
        }
        return null;
    }

    static string? FirstInArray(JsonElement desired, JsonElement live, string path)
    {
        if (desired.GetArrayLength() != live.GetArrayLength())
            return path;
        for (var i = 0; i < desired.GetArrayLength(); i++)
        {
            if (FirstDifference(desired[i], live[i], $"{path}[{i}]") is { } difference)
                return difference;
        }
        return null;
    }
}
