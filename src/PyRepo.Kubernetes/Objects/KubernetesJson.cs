using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Kubernetes.Objects.Admission;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Batch;
using PyRepo.Kubernetes.Objects.Coordination;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Crds;
using PyRepo.Kubernetes.Objects.Discovery;
using PyRepo.Kubernetes.Objects.Events;
using PyRepo.Kubernetes.Objects.Gateway;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Kubernetes.Objects.Networking;
using PyRepo.Kubernetes.Objects.Policy;
using PyRepo.Kubernetes.Objects.Rbac;
using PyRepo.Kubernetes.Objects.Snapshots;
using PyRepo.Kubernetes.Objects.Storage;

namespace PyRepo.Kubernetes.Objects;

/// <summary>How objects are read and written: as the API has them, without what is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PartialObjectMetadata))]
[JsonSerializable(typeof(CustomObject))]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(PersistentVolumeClaim))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(PodDisruptionBudget))]
[JsonSerializable(typeof(EndpointSlice))]
[JsonSerializable(typeof(Ingress))]
[JsonSerializable(typeof(IngressHosts))]
[JsonSerializable(typeof(IngressClass))]
[JsonSerializable(typeof(NetworkPolicy))]
[JsonSerializable(typeof(HttpRoute))]
[JsonSerializable(typeof(HttpRouteHosts))]
[JsonSerializable(typeof(StorageClass))]
[JsonSerializable(typeof(VolumeSnapshot))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(CustomResourceDefinition))]
[JsonSerializable(typeof(StoredVersions))]
[JsonSerializable(typeof(ClusterRole))]
[JsonSerializable(typeof(ClusterRoleBinding))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(RoleBinding))]
[JsonSerializable(typeof(ValidatingAdmissionPolicy))]
[JsonSerializable(typeof(ValidatingAdmissionPolicyBinding))]
public sealed partial class KubernetesJson : JsonSerializerContext
{
    static readonly JsonWriterOptions _writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value of any kind in UTF-8, as few characters escaped as can be.</summary>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, _writing))
            JsonSerializer.Serialize(writer, value, type);
        return SurrogateEscapes.Replace(bytes.ToArray());
    }

    /// <inheritdoc cref="Write{T}(T, JsonTypeInfo{T})"/>
    public static byte[] Write(JsonNode value)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, _writing))
            value.WriteTo(writer);
        return SurrogateEscapes.Replace(bytes.ToArray());
    }
}
