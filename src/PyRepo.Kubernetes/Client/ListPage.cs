using System.Buffers;
using System.Text.Json;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Kubernetes.Client;

/// <summary>
/// Reads one page of a list from its stream, object by object: of the text, no more than one object is in memory.
/// </summary>
sealed class ListPage<T>(ObjectReader<T> objects, Action<T> take, Action<ObjectKey> takeUnreadable)
    where T : KubernetesObject
{
    const int MinBuffer = 32 * 1024;

    JsonReaderState _state = new(LenientTypeInfo.ReaderOptions);
    Place _place;

    // What is to come next.
    enum Place
    {
        Start,
        Name,
        Metadata,
        Items,
        Item,
        Other,
        End,
    }

    /// <summary>The page's metadata.</summary>
    public ListMetadata Metadata { get; private set; } = new();

    /// <summary>Reads all of it.</summary>
    /// <exception cref="JsonException">It is no list.</exception>
    public async Task ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MinBuffer);
        try
        {
            for (var (filled, isFinal) = (0, false); !isFinal;)
            {
                if (filled == buffer.Length)
                    buffer = Grow(buffer);
                var count = await content.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                isFinal = count == 0;
                filled += count;
                var taken = Take(buffer.AsSpan(0, filled), isFinal);
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    /// <summary>Reads what is whole.</summary>
    /// <returns>How many bytes that was.</returns>
    int Take(ReadOnlySpan<byte> json, bool isFinal)
    {
        var reader = new Utf8JsonReader(json, isFinal, _state);
        var taken = 0;
        while (_place is not Place.End && TryStep(ref reader, json))
        {
            taken = (int)reader.BytesConsumed;
            _state = reader.CurrentState;
        }
        if (isFinal && _place is not Place.End)
            throw new JsonException("The answer is not a list.");
        return _place is Place.End ? json.Length : taken;
    }

    /// <returns>False: there must be more of the text first.</returns>
    bool TryStep(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.Read())
            return false;
        if (_place is Place.Start or Place.Name)
        {
            _place = Next(ref reader);
            return true;
        }
        var isArray = reader.TokenType is JsonTokenType.StartArray;
        if (_place is Place.Items && isArray)
            _place = Place.Item;
        else if (_place is Place.Item && reader.TokenType is JsonTokenType.EndArray)
            _place = Place.Name;
        else
        {
            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
                return false;
            TakeValue(json[start..(int)reader.BytesConsumed]);
        }
        return true;
    }

    Place Next(ref Utf8JsonReader reader) => (_place, reader.TokenType) switch
    {
        (Place.Start, JsonTokenType.StartObject) => Place.Name,
        (Place.Name, JsonTokenType.EndObject) => Place.End,
        (Place.Name, _) when reader.ValueTextEquals("items"u8) => Place.Items,
        (Place.Name, _) when reader.ValueTextEquals("metadata"u8) => Place.Metadata,
        (Place.Name, _) => Place.Other,
        _ => throw new JsonException("The answer is not a JSON object."),
    };

    void TakeValue(ReadOnlySpan<byte> value)
    {
        if (_place is Place.Item)
        {
            if (objects.ReadItem(value, out var key) is { } item)
                take(item);
            else
                takeUnreadable(key);
            return;
        }
        if (_place is Place.Metadata)
            Metadata = JsonSerializer.Deserialize(value, ClientJson.Default.ListMetadata) ?? Metadata;
        _place = Place.Name;
    }
}

/// <summary>The metadata of a list (meta/v1 ListMeta).</summary>
sealed record ListMetadata
{
    public string? ResourceVersion { get; init; }

    /// <summary>Where the next page begins; null or empty: there is none.</summary>
    public string? Continue { get; init; }
}
