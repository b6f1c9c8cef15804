namespace PyRepo.Server.Records;

/// <summary>Whose a store is, and in which layout: <c>format.json</c>.</summary>
/// <param name="Version">The version of <see cref="StorageLayout"/>.</param>
/// <param name="Kind">The kind of the owner.</param>
/// <param name="Namespace">Its namespace; null for a laptop's, which belongs to nobody.</param>
/// <param name="Name">Its name.</param>
sealed record StoreFormat(int Version, string Kind, string? Namespace, string Name);
