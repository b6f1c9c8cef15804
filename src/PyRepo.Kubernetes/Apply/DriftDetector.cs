using System.Text.Json;
using PyRepo.Kubernetes.Objects.Digests;

namespace PyRepo.Kubernetes.Apply;

/// <summary>
/// Whether all that is desired is there. Objects may have more properties than desired (defaults, other managers'
/// fields), but for selectors, where one more selects something else; lists have as many items, in the same order.
/// </summary>
static class DriftDetector
{
    const string Metadata = "metadata";

    /// <summary>The path of the first value that is not as desired; null: all is.</summary>
    public static string? FirstDifference(JsonElement desired, JsonElement live) =>
        FirstDifference(desired, ObjectDigest.From(live, desired));

    /// <inheritdoc cref="FirstDifference(JsonElement, JsonElement)"/>
    public static string? FirstDifference(JsonElement desired, ObjectDigest live) =>
        FirstDifference(desired, live, ValueDigest.Root, "");

    /// <summary>Whether two values are the same in all properties that a desired one has.</summary>
    public static bool AreEquivalent(JsonElement desired, JsonElement one, JsonElement other) =>
        AreEquivalent(desired, ObjectDigest.From(one, desired), ObjectDigest.From(other, desired));

    /// <inheritdoc cref="AreEquivalent(JsonElement, JsonElement, JsonElement)"/>
    public static bool AreEquivalent(
        JsonElement desired, ObjectDigest one, ObjectDigest other, ulong place = ValueDigest.Root)
    {
        if (one.At(place) != other.At(place))
            return false;
        if (desired.ValueKind is not JsonValueKind.Object)
            return one.At(ValueDigest.GetAll(place)) == other.At(ValueDigest.GetAll(place));
        foreach (var property in desired.EnumerateObject())
        {
            var inner = ValueDigest.Within(place, property.Name);
            var areAlike = AtomicFields.Contains(property.Name)
                ? one.At(inner) == other.At(inner)
                : AreEquivalent(property.Value, one, other, inner);
            if (!areAlike)
                return false;
        }
        return true;
    }

    static string? FirstDifference(JsonElement desired, ObjectDigest live, ulong place, string path)
    {
        if (live.At(place) != ValueDigest.Compute(desired))
            return path;
        return desired.ValueKind switch
        {
            JsonValueKind.Object => FirstInObject(desired, live, place, path),
            JsonValueKind.Array => FirstInArray(desired, live, place, path),
            _ => null,
        };
    }

    /// <summary>Metadata come last: an annotation may be a digest of the rest, which tells people nothing.</summary>
    static string? FirstInObject(JsonElement desired, ObjectDigest live, ulong place, string path)
    {
        JsonElement? metadata = null;
        foreach (var property in desired.EnumerateObject())
        {
            if (property.NameEquals(Metadata))
                metadata = property.Value;
            else if (FirstInProperty(property.Name, property.Value, live, place, path) is { } difference)
                return difference;
        }
        return metadata is { } last ? FirstInProperty(Metadata, last, live, place, path) : null;
    }

    static string? FirstInProperty(string name, JsonElement desired, ObjectDigest live, ulong place, string path)
    {
        var inner = path.Length == 0 ? name : $"{path}.{name}";
        var there = ValueDigest.Within(place, name);
        if (!AtomicFields.Contains(name))
            return FirstDifference(desired, live, there, inner);
        return live.At(there) == ValueDigest.OfAll(desired) ? null : inner;
    }

    static string? FirstInArray(JsonElement desired, ObjectDigest live, ulong place, string path)
    {
        for (var i = 0; i < desired.GetArrayLength(); i++)
        {
            if (FirstDifference(desired[i], live, ValueDigest.Within(place, i), $"{path}[{i}]") is { } difference)
                return difference;
        }
        return null;
    }
}
