using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// How objects that are there are read: what a record requires of who writes an object, somebody else may have left
/// out.
/// </summary>
static class LenientJson
{
    static readonly ConcurrentDictionary<JsonSerializerOptions, JsonSerializerOptions> _lenient = new();

    /// <summary>The same type with nothing in it required: what is missing is null.</summary>
    public static JsonTypeInfo<T> Of<T>(JsonTypeInfo<T> type) =>
        (JsonTypeInfo<T>)_lenient.GetOrAdd(type.Options, Lenient).GetTypeInfo(typeof(T));

    static JsonSerializerOptions Lenient(JsonSerializerOptions strict) => new(strict)
    {
        TypeInfoResolver = strict.TypeInfoResolver!.WithAddedModifier(static type =>
        {
            foreach (var property in type.Properties)
                property.IsRequired = false;
        }),
    };
}
