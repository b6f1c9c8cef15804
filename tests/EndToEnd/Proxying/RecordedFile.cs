using System.Text.Json;

namespace EndToEnd.Proxying;

/// <summary>What a page says of a file.</summary>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="RequiresPython">Its requires-python.</param>
/// <param name="Yanked">Null: not yanked; else the reason, which may be empty.</param>
/// <param name="Size">Its size.</param>
/// <param name="UploadTime">When it was uploaded.</param>
public sealed record RecordedFile(
    string? Sha256, string? RequiresPython, string? Yanked, long? Size, DateTimeOffset? UploadTime)
{
    /// <summary>Reads it from a JSON page.</summary>
    public static RecordedFile From(JsonElement file) => new(
        file.GetProperty("hashes").TryGetProperty("sha256", out var sha256) ? sha256.GetString() : null,
        Find(file, "requires-python")?.GetString(),
        Find(file, "yanked") switch
        {
            { ValueKind: JsonValueKind.String } reason => reason.GetString(),
            { ValueKind: JsonValueKind.True } => "",
            _ => null,
        },
        Find(file, "size")?.GetInt64(),
        Find(file, "upload-time")?.GetDateTimeOffset());

    /// <summary>What another page says otherwise. What this one does not say is not compared.</summary>
    public IEnumerable<string> Differences(JsonElement shown)
    {
        var other = From(shown);
        if (Sha256 != other.Sha256)
            yield return $"sha256 {other.Sha256}, not {Sha256}";
        if ((RequiresPython ?? "") != (other.RequiresPython ?? ""))
            yield return $"requires-python {other.RequiresPython}, not {RequiresPython}";
        if (Yanked != other.Yanked)
            yield return $"yanked {other.Yanked}, not {Yanked}";
        if (Size is not null && Size != other.Size)
            yield return $"size {other.Size}, not {Size}";
        if (UploadTime is not null && UploadTime != other.UploadTime)
            yield return $"upload-time {other.UploadTime}, not {UploadTime}";
    }

    static JsonElement? Find(JsonElement file, string key) =>
        file.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
