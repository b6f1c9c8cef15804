using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// How objects that are there are read: what a record requires of who writes an object, somebody else may have left
/// out.
/// </summary>
static class LenientTypeInfo
{
    /// <summary>
    /// The API server's own limit: who may write any object could else make one, by its managedFields, that ends each
    /// list that it is in.
    /// </summary>
    const int MaxDepth = 10_000;

    static readonly ConcurrentDictionary<JsonSerializerOptions, JsonSerializerOptions> _lenient = new();

    /// <summary>How text is read before it is an object.</summary>
    public static JsonReaderOptions ReaderOptions => new() { MaxDepth = MaxDepth };

    /// <summary>The same type with nothing in it required: what is missing is null.</summary>
    public static JsonTypeInfo<T> From<T>(JsonTypeInfo<T> type) =>
        (JsonTypeInfo<T>)_lenient.GetOrAdd(type.Options, Lenient).GetTypeInfo(typeof(T));

    static JsonSerializerOptions Lenient(JsonSerializerOptions strict) => new(strict)
    {
        MaxDepth = MaxDepth,
        TypeInfoResolver = strict.TypeInfoResolver!.WithAddedModifier(static type =>
        {
            foreach (var property in type.Properties)
                property.IsRequired = false;
        }),
    };
}
