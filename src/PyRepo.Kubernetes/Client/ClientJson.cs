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
