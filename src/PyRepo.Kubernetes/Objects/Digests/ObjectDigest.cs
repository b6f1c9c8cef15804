using System.Text.Json;

namespace PyRepo.Kubernetes.Objects.Digests;

/// <summary>
/// A digest for each value of an object, by which it is compared with what is desired, and none of its text: an object
/// costs the same memory whatever somebody writes into it.
/// </summary>
public sealed class ObjectDigest
{
    readonly ulong[] _places;
    readonly ulong[] _digests;

    ObjectDigest(DigestBuilder values)
    {
        _places = [.. values.Found.Keys];
        _digests = [.. values.Found.Values];
        Array.Sort(_places, _digests);
    }

    /// <summary>How many bytes of memory it takes, about.</summary>
    public int Bytes => 2 * sizeof(ulong) * _places.Length;

    /// <summary>The digest of all values; null: there are more than may be kept.</summary>
    public static ObjectDigest? From(JsonElement value, int maxValues)
    {
        var values = new DigestBuilder(maxValues);
        return values.TryAdd(value) ? new ObjectDigest(values) : null;
    }

    /// <summary>The digest of those values at whose places something is desired.</summary>
    public static ObjectDigest From(JsonElement value, JsonElement desired)
    {
        var values = new DigestBuilder(int.MaxValue);
        values.AddDesired(value, desired);
        return new ObjectDigest(values);
    }

    /// <summary>The digest of the value at a place; null: there is none.</summary>
    internal ulong? At(ulong place)
    {
        var index = Array.BinarySearch(_places, place);
        return index < 0 ? null : _digests[index];
    }
}
