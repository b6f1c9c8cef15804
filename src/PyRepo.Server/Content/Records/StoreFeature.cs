namespace PyRepo.Server.Content.Records;

/// <summary>
/// The features that a server must know to use a store, beyond the version of its layout. Each is noted in
/// <c>format.json</c> before the first such thing is written.
/// </summary>
static class StoreFeature
{
    /// <summary>Attestations lie beside files; a server that did not know them would collect them.</summary>
    public const string Attestations = "attestations";

    /// <summary>Records have segments; a server that did not know them would miss their events.</summary>
    public const string SealedRecords = "sealed-records";

    static readonly string[] _known = [Attestations, SealedRecords];

    /// <summary>Returns those of a store's features that this server does not know.</summary>
    public static IReadOnlyList<string> UnknownIn(StoreFormat format) => [.. (format.Features ?? []).Except(_known)];
}
