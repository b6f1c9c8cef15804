using System.Text.Json;

namespace PyRepo.Kubernetes.Objects.Digests;

/// <summary>Walks through an object and notes the digest of each value by its place.</summary>
sealed class DigestBuilder(int maxValues)
{
    /// <summary>The digests, by <see cref="ValueDigest.Within(ulong, string)"/>.</summary>
    public Dictionary<ulong, ulong> Found { get; } = [];

    /// <summary>Adds all values; false: there are more than may be kept.</summary>
    public bool TryAdd(JsonElement value, ulong place = ValueDigest.Root)
    {
        if (!TryNote(value, place))
            return false;
        if (value.ValueKind is JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
                if (!TryAdd(item, ValueDigest.Within(place, index++)))
                    return false;
        }
        if (value.ValueKind is not JsonValueKind.Object)
            return true;
        foreach (var field in value.EnumerateObject())
        {
            var inner = ValueDigest.Within(place, field.Name);
            if (AtomicFields.Contains(field.Name))
                Found[inner] = ValueDigest.OfAll(field.Value);
            else if (!TryAdd(field.Value, inner))
                return false;
        }
        return true;
    }

    /// <summary>Adds the values at the places of a desired one.</summary>
    public void AddDesired(JsonElement value, JsonElement desired, ulong place = ValueDigest.Root)
    {
        TryNote(value, place);
        if (value.ValueKind != desired.ValueKind)
            return;
        if (value.ValueKind is JsonValueKind.Array)
        {
            var count = int.Min(value.GetArrayLength(), desired.GetArrayLength());
            for (var index = 0; index < count; index++)
                AddDesired(value[index], desired[index], ValueDigest.Within(place, index));
        }
        if (value.ValueKind is not JsonValueKind.Object)
            return;
        foreach (var field in desired.EnumerateObject())
        {
            if (!value.TryGetProperty(field.Name, out var there))
                continue;
            var inner = ValueDigest.Within(place, field.Name);
            if (AtomicFields.Contains(field.Name))
                Found[inner] = ValueDigest.OfAll(there);
            else
                AddDesired(there, field.Value, inner);
        }
    }

    bool TryNote(JsonElement value, ulong place)
    {
        if (Found.Count >= maxValues)
            return false;
        Found[place] = ValueDigest.Compute(value);
        if (value.ValueKind is JsonValueKind.Array)
            Found[ValueDigest.GetAll(place)] = ValueDigest.OfAll(value);
        return true;
    }
}
