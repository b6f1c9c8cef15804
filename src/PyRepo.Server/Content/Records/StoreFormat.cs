using System.Text.Json.Serialization;

namespace PyRepo.Server.Content.Records;

/// <summary>The owner and the layout version of a store, as saved in <c>format.json</c>.</summary>
/// <param name="Version">The version of <see cref="StorageLayout"/>.</param>
/// <param name="Kind">The kind of the owner.</param>
/// <param name="Namespace">
/// The namespace of the owner. Null if the store is a folder, or if it was made on a laptop: then it belongs to nobody.
/// </param>
/// <param name="Name">The name of the owner.</param>
sealed record StoreFormat(int Version, string Kind, string? Namespace, string Name)
{
    /// <summary>What a server must know of to write to it, or null; see <see cref="StoreFeature"/>.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>The owner, for messages.</summary>
    [JsonIgnore]
    public string Owner => Namespace is null ? $"{Kind} '{Name}'" : $"{Kind} '{Namespace}/{Name}'";
}
