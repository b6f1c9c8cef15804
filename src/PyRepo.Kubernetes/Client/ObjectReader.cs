using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>Reads objects of one kind out of answers.</summary>
sealed class ObjectReader<T>(ResourceType<T> type, UnreadableObjects unreadable)
    where T : KubernetesObject
{
    const string MetadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    const string MetadataListOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    readonly JsonTypeInfo<T> _json = LenientTypeInfo.From(type.Json);

    /// <summary>The media types to request for one object, or for a watch.</summary>
    public static string Accept { get; } =
        typeof(T) == typeof(PartialObjectMetadata) ? MetadataOnly : "application/json";

    /// <summary>The media types to request for a list.</summary>
    public static string AcceptList { get; } =
        typeof(T) == typeof(PartialObjectMetadata) ? MetadataListOnly : "application/json";

    /// <summary>One object.</summary>
    /// <exception cref="JsonException">It holds what its record can't.</exception>
    public T Read(ReadOnlySpan<byte> json)
    {
        var read = JsonSerializer.Deserialize(json, _json)
            ?? throw new JsonException("The answer holds no object.");
        return read.Kind == type.Kind ? read : read with { ApiVersion = type.ApiVersion, Kind = type.Kind };
    }

    /// <summary>One object of a list; null: it holds what its record can't.</summary>
    public T? ReadItem(ReadOnlySpan<byte> json, out ObjectKey key)
    {
        var item = TryRead(json, out var error);
        var metadata = item?.Metadata ?? Metadata(json);
        key = new ObjectKey(metadata.Namespace ?? "", metadata.Name ?? "");
        if (item is null)
            unreadable.Note(type.Kind, key, error);
        return item;
    }

    /// <summary>One line of a watch.</summary>
    /// <exception cref="KubernetesException">It is an ERROR event.</exception>
    /// <exception cref="JsonException">It is no event.</exception>
    public WatchLine<T> ReadLine(ReadOnlySpan<byte> json)
    {
        var word = "";
        var content = default(ReadOnlySpan<byte>);
        var reader = new Utf8JsonReader(json, LenientTypeInfo.ReaderOptions);
        Expect(reader.Read() && reader.TokenType is JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
                word = reader.GetString() ?? "";
            else if (isObject)
                content = Slice(ref reader, json);
            else
                reader.Skip();
        }
        return word switch
        {
            "ADDED" => ReadChanged(WatchEventType.Added, content),
            "MODIFIED" => ReadChanged(WatchEventType.Modified, content),
            "DELETED" => ReadChanged(WatchEventType.Deleted, content),
            "BOOKMARK" => new(WatchEventType.Bookmark, Metadata(content), null),
            "ERROR" => throw (JsonSerializer.Deserialize(content, ClientJson.Default.ApiStatus) ?? new()).ToException(),
            _ => throw new JsonException($"A watch has no event '{word}'."),
        };
    }

    /// <summary>A bookmark as an object of the kind; null where the kind's record can't be without more.</summary>
    public T? ToBookmark(ObjectMeta metadata) =>
        TryRead(
            KubernetesJson.Write(new() { Metadata = metadata }, KubernetesJson.Default.PartialObjectMetadata), out _);

    WatchLine<T> ReadChanged(WatchEventType what, ReadOnlySpan<byte> content)
    {
        if (TryRead(content, out var error) is { } read)
            return new(what, read.Metadata, read);
        var metadata = Metadata(content);
        unreadable.Note(type.Kind, new ObjectKey(metadata.Namespace ?? "", metadata.Name ?? ""), error);
        return new(what, metadata, null);
    }

    T? TryRead(ReadOnlySpan<byte> content, out string error)
    {
        error = "";
        try
        {
            return Read(content);
        }
        catch (JsonException unreadable)
        {
            error = unreadable.Message;
            return null;
        }
    }

    static ObjectMeta Metadata(ReadOnlySpan<byte> content) =>
        JsonSerializer.Deserialize(
            content, LenientTypeInfo.From(KubernetesJson.Default.PartialObjectMetadata))?.Metadata
        ?? new();

    static ReadOnlySpan<byte> Slice(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    static void Expect(bool holds)
    {
        if (!holds)
            throw new JsonException("The answer is not a JSON object.");
    }
}
