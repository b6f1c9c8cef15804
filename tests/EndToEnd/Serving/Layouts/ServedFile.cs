using System.Text.Json;
using System.Text.Json.Serialization;

namespace EndToEnd.Serving.Layouts;

/// <summary>A file that a server listed.</summary>
public sealed record ServedFile(
    [property: JsonPropertyName("repository")] string Repository,
    [property: JsonPropertyName("project")] string Project,
    [property: JsonPropertyName("filename")] string FileName,
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("sha256")] string Sha256)
{
    [JsonPropertyName("upload-time")]
    public DateTimeOffset? UploadTime { get; init; }

    [JsonPropertyName("requires-python")]
    public string? RequiresPython { get; init; }

    [JsonPropertyName("core-metadata")]
    public IReadOnlyDictionary<string, string>? CoreMetadata { get; init; }

    /// <summary>False, or the reason.</summary>
    [JsonPropertyName("yanked")]
    public JsonElement? Yanked { get; init; }

    /// <summary>Whether its bytes are there: a proxy lists more than it has.</summary>
    [JsonPropertyName("fetched")]
    public bool IsFetched { get; init; } = true;

    /// <summary>Whether it is yanked.</summary>
    [JsonIgnore]
    public bool IsYanked => GetReason(Yanked) is not null;

    /// <summary>A file that was uploaded a moment ago.</summary>
    public static ServedFile From(TestWheel wheel) =>
        new("team", wheel.Project, wheel.FileName, wheel.Bytes.Length, wheel.Sha256);

    /// <summary>The same with a reason why it is yanked.</summary>
    public ServedFile Yank(string reason) => this with { Yanked = JsonSerializer.SerializeToElement(reason) };

    /// <summary>The same, no longer yanked.</summary>
    public ServedFile Unyank() => this with { Yanked = null };

    /// <summary>Fails if a page says something else about it. What is not known here may be anything.</summary>
    public void MustBe(PageFile? file)
    {
        Assert.True(file is not null, $"{FileName} is not listed.");
        Assert.Equal((FileName, Size, Sha256), (file.FileName, file.Size, file.Sha256));
        Assert.Equal(GetReason(Yanked), GetReason(file.Yanked));
        if (UploadTime is null)
            return;
        Assert.Equal(UploadTime, file.UploadTime);
        Assert.Equal(RequiresPython, file.RequiresPython);
        Assert.Equal(CoreMetadata?["sha256"], file.CoreMetadata?["sha256"]);
    }

    static string? GetReason(JsonElement? yanked) =>
        yanked is { ValueKind: JsonValueKind.String or JsonValueKind.True } reason ? reason.ToString() : null;
}
