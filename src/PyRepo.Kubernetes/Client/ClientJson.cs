using System.Text.Json.Serialization;
using PyRepo.Kubernetes.Client.Configuration;

namespace PyRepo.Kubernetes.Client;

/// <summary>How the client's own documents are read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(ListMetadata))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(KubeconfigFile))]
[JsonSerializable(typeof(ExecCredential))]
sealed partial class ClientJson : JsonSerializerContext;

/// <summary>What a list says of itself (meta/v1 ListMeta).</summary>
sealed record ListMetadata
{
    public string? ResourceVersion { get; init; }

    /// <summary>Where the next page begins; null or empty: there is none.</summary>
    public string? Continue { get; init; }
}

/// <summary>meta/v1 DeleteOptions.</summary>
sealed record DeleteOptions
{
    public string ApiVersion { get; init; } = "v1";

    public string Kind { get; init; } = "DeleteOptions";

    /// <summary>Background: the object goes at once, what it owns after it.</summary>
    public string PropagationPolicy { get; init; } = "Background";

    public DeletePreconditions? Preconditions { get; init; }
}

sealed record DeletePreconditions(string Uid);
