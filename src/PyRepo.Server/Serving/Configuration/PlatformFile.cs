using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Serving.Configuration;

/// <summary>The operator's description of the cluster: <c>platform.json</c>.</summary>
/// <remarks>Generated JSON readers set missing properties to null, even if they have an initializer.</remarks>
sealed record PlatformFile
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "platform.json";

    /// <summary>
    /// The settings as long as no valid file was read: no upstream may be asked, because the administrator may have
    /// forbidden it. The only host that is allowed does not exist
    /// (<see href="https://www.rfc-editor.org/rfc/rfc2606#section-2">RFC 2606</see>).
    /// </summary>
    static readonly PlatformFile _unknown = new() { AllowedDestinations = ["invalid"] };

    /// <summary>The URLs of members that are not at their Services, by name.</summary>
    public Dictionary<string, Uri> Members { get; init => field = value ?? []; } = [];

    /// <summary>The hosts and CIDRs that upstreams may use. If it is empty, they may use any.</summary>
    public string[] AllowedDestinations { get; init => field = value ?? []; } = [];

    /// <summary>The addresses and ports of the cluster's API server. It is empty if they are not known.</summary>
    public string[] ApiServers { get; init => field = value ?? []; } = [];

    /// <summary>The issuer and the keys of the cluster's ServiceAccount tokens, or null if they are not known.</summary>
    public PlatformServiceAccounts? ServiceAccounts { get; init; }

    /// <summary>The name of the bucket in which a claim's repository was opened before, or null if none is known.</summary>
    public string? ClaimedBucket { get; init; }

    /// <summary>The file's bytes, or null if there is no file.</summary>
    [JsonIgnore]
    public byte[]? Text { get; init; }

    /// <summary>Why the file cannot be read, so that this is an earlier one. Null if this is the file.</summary>
    [JsonIgnore]
    public string? Problem { get; init; }

    /// <summary>Parses the file. If there is none, the result is empty.</summary>
    /// <param name="file">Its content.</param>
    /// <param name="last">The last valid file, which applies if this one cannot be read.</param>
    public static PlatformFile Parse(PlatformText file, PlatformFile? last)
    {
        if (file.Error is { } unreadable)
            return LastValid(last, unreadable);
        try
        {
            return file.Text is { } text ? Parse(text) with { Text = text } : new PlatformFile();
        }
        catch (JsonException error)
        {
            return LastValid(last, error.Message);
        }
    }

    static PlatformFile LastValid(PlatformFile? last, string error)
    {
        var isKnown = last is { Text: not null } or { Problem: null };
        return (isKnown ? last! : _unknown) with
        {
            Problem = $"{error} " + (isKnown
                ? "The last valid one stays in effect."
                : "No upstream is asked until it can be read."),
        };
    }

    static PlatformFile Parse(byte[] text)
    {
        var read = JsonSerializer.Deserialize(text, PlatformJson.Default.PlatformFile)
            ?? throw new JsonException("It is null.");
        if (read.AllowedDestinations.Contains(null) || read.ApiServers.Contains(null))
            throw new JsonException("A list contains null.");
        if (read.Members.Values.Any(url => url is not { IsAbsoluteUri: true, Scheme: "http" or "https" }))
            throw new JsonException("The URL of a member is not an http or https URL.");
        return read.ServiceAccounts is { } accounts ? read with { ServiceAccounts = accounts.Checked() } : read;
    }
}

[JsonSerializable(typeof(PlatformFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class PlatformJson : JsonSerializerContext;

/// <summary>The issuer of the cluster's ServiceAccount tokens.</summary>
sealed record PlatformServiceAccounts
{
    /// <summary>The issuer, exactly as the tokens contain it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The issuer's keys, as a JSON Web Key Set.</summary>
    public required JsonElement Jwks { get; init; }

    /// <summary>The issuer's keys.</summary>
    [JsonIgnore]
    public ImmutableArray<JsonWebKey> Keys { get; init; } = [];

    /// <summary>The same with its keys.</summary>
    /// <exception cref="JsonException">There is no issuer, or the keys are no key set.</exception>
    public PlatformServiceAccounts Checked() => string.IsNullOrEmpty(Issuer)
        ? throw new JsonException("serviceAccounts has no issuer.")
        : this with { Keys = JsonWebKey.ReadSet(Jwks) };
}
