using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Resources.Scheduling;

namespace PyRepo.Operator.Manifests;

/// <summary>Writes an affinity as a pod has it: the names are the same.</summary>
[JsonSerializable(typeof(Affinity))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
sealed partial class AffinityJson : JsonSerializerContext
{
    static readonly Lazy<JsonTypeInfo<Affinity>> _type = new(MakeType);

    public static JsonElement Write(Affinity affinity) => JsonSerializer.SerializeToElement(affinity, _type.Value);

    static JsonTypeInfo<Affinity> MakeType()
    {
        var options = new JsonSerializerOptions(Default.Options)
        {
            TypeInfoResolver = Default.WithAddedModifier(OmitEmptyCollections),
        };
        return (JsonTypeInfo<Affinity>)options.GetTypeInfo(typeof(Affinity));
    }

    /// <summary>The API server drops them, and a difference would be applied again and again.</summary>
    static void OmitEmptyCollections(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => p.PropertyType.IsAssignableTo(typeof(IEnumerable))))
            property.ShouldSerialize =
                (_, value) => value is string || (value is IEnumerable items && items.GetEnumerator().MoveNext());
    }
}
