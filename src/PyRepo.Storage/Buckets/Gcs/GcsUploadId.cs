namespace PyRepo.Storage.Buckets.Gcs;

/// <summary>The id of an upload.</summary>
/// <param name="Generation">The version that the object had at the start, or <see cref="Absent"/>.</param>
/// <param name="Session">Where the parts are sent to. Whoever knows it may send them.</param>
readonly record struct GcsUploadId(string Generation, Uri Session)
{
    /// <summary>The number of the version of an object that was not there.</summary>
    public const string Absent = "0";

    /// <summary>Reads the id.</summary>
    public static GcsUploadId Parse(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return new(text[..space], new Uri(text[(space + 1)..]));
    }

    /// <summary>Whether a condition is met by exactly the version that the object had at the start.</summary>
    public bool Allows(WriteCondition condition) =>
        condition.MustBeAbsent ? Generation == Absent
        : condition.Version is not { } version || version.Value == Generation;

    /// <inheritdoc/>
    public override string ToString() => $"{Generation} {Session.OriginalString}";
}
