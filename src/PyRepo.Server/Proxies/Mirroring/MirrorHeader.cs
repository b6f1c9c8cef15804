using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Server.Content.Records;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>The list of upstream's that a mirror has read, and the runs that have its projects.</summary>
/// <remarks>Generated JSON readers set missing properties to null, regardless of the initializer.</remarks>
sealed record MirrorHeader
{
    /// <summary>The upstream that was mirrored.</summary>
    public string? Upstream { get; init; }

    /// <summary>The validators of upstream's list, of which the projects have the serials.</summary>
    public string? ListETag { get; init; }

    /// <inheritdoc cref="ListETag"/>
    public string? ListLastModified { get; init; }

    /// <summary>The serial of that list, or null if it has none.</summary>
    public long? ListSerial { get; init; }

    /// <summary>The versions of scope and policy for which the list was read.</summary>
    public string? ListedFor { get; init; }

    /// <summary>The projects that the scope names, and the list lacks.</summary>
    public IReadOnlyList<string> Missing { get; init => field = value ?? []; } = [];

    /// <summary>When everything was last mirrored, or null if it never was.</summary>
    public DateTimeOffset? LastSync { get; init; }

    /// <summary>The runs with the projects, the oldest first. What a later one says of a project counts.</summary>
    public IReadOnlyList<MirrorRunEntry> Runs { get; init => field = value ?? []; } = [];

    /// <summary>The projects by their names, as servers without runs wrote them.</summary>
    public Dictionary<string, MirroredProject>? Projects { get; init; }

    /// <summary>Reads the header, or returns null if there is none.</summary>
    /// <exception cref="MirrorStateException">It cannot be read.</exception>
    public static async Task<MirrorHeader?> ReadAsync(IStore store, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(StorageLayout.MirrorState, cancellationToken);
        if (content is null)
            return null;
        await using var stream = await content.OpenStreamAsync(0, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync(stream, MirrorJson.Default.MirrorHeader, cancellationToken)
                ?? throw new MirrorStateException($"'{StorageLayout.MirrorState}' says nothing.");
        }
        catch (JsonException error)
        {
            throw new MirrorStateException($"'{StorageLayout.MirrorState}' is not readable. {error.Message}", error);
        }
    }

    /// <summary>Writes the header, which makes its runs the ones that count.</summary>
    /// <exception cref="IOException">The store fails.</exception>
    public Task WriteAsync(IStore store, CancellationToken cancellationToken) => StoredDocument.WriteAsync(
        store, StorageLayout.MirrorState, this, MirrorJson.Default.MirrorHeader, WriteCondition.None,
        cancellationToken);
}

/// <summary>A run, and how many projects it has.</summary>
/// <param name="Number">Its number in the store.</param>
/// <param name="Projects">The number of its projects.</param>
sealed record MirrorRunEntry(long Number, long Projects);

[JsonSerializable(typeof(MirrorHeader))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
sealed partial class MirrorJson : JsonSerializerContext;
