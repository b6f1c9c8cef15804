using System.Collections.Immutable;

namespace EndToEnd.Serving.Layouts;

/// <summary>A layout that a released server wrote, and what that server can read.</summary>
/// <param name="Name">The name of its files in <c>Stores</c>.</param>
/// <param name="FolderProgram">The commit of the server that made the folder.</param>
/// <param name="BucketProgram">The commit of the server that made the bucket.</param>
public sealed record Layout(string Name, string FolderProgram, string BucketProgram)
{
    /// <summary>The first layout: no attestations, tokens or statistics.</summary>
    const string First = "first";

    /// <summary>The names of all layouts, the oldest first.</summary>
    public static TheoryData<string> Names { get; } = new(First, "second", "third");

    /// <summary>What an event of a record may be.</summary>
    public static ImmutableHashSet<string> Events { get; } =
        ["added", "yanked", "unyanked", "deleted", "gone", "kept", "evicted", "status"];

    /// <summary>The properties that a server can read, or can do without: it skips what it does not know.</summary>
    public required ImmutableHashSet<string> Properties { get; init; }

    /// <summary>Whether attestations lie beside files; a server that does not know them collects them.</summary>
    public bool HasAttestations => Properties.Contains("provenance");

    /// <summary>The features in a folder's <c>format.json</c> after this server changed it.</summary>
    public ImmutableArray<string> FolderFeatures { get; init; } = [];

    /// <summary>The features in a bucket's <c>format.json</c> after this server changed it.</summary>
    public ImmutableArray<string> BucketFeatures { get; init; } = [];

    /// <summary>The properties that the first server read.</summary>
    static readonly ImmutableHashSet<string> _firstProperties =
    [
        "event", "serial", "at", "by", "file", "key", "file-time", "size", "sha256", "core-metadata", "md5",
        "blake2b256", "requires-python", "uploaded", "reason", "status",
    ];

    /// <summary>
    /// The properties that came later and do no harm where they are skipped: they are for lists, for what a power cut
    /// left, and for those who write at the same time.
    /// </summary>
    static readonly ImmutableHashSet<string> _harmless = ["name", "summary", "first", "write-id"];

    /// <summary>Finds a layout.</summary>
    public static Layout From(string name) => name switch
    {
        First => new(name, "0c2abe0c", "366fefea") { Properties = _firstProperties.Union(_harmless) },
        "second" => new(name, "79e43a28", "79e43a28")
        {
            Properties = _firstProperties.Union(_harmless).Add("provenance"),
            FolderFeatures = ["attestations"],
            BucketFeatures = ["attestations"],
        },
        _ => new(name, "201b5158", "201b5158")
        {
            Properties = _firstProperties.Union(_harmless).Add("provenance"),
            FolderFeatures = ["attestations"],
            BucketFeatures = ["attestations", "sealed-records"],
        },
    };

    /// <summary>The folder of the stores.</summary>
    public static string Stores { get; } = SourceTree.At("tests", "EndToEnd", "Serving", "Layouts", "Stores");
}
