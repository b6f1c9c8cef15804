using System.Text.Json;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;

namespace PyRepo.Operator.Controllers;

/// <summary>About how much memory an object takes that is kept of what anybody may write.</summary>
static class KeptSize
{
    /// <summary>Texts have two bytes a character.</summary>
    const int BytesPerCharacter = 2;

    /// <summary>
    /// The size in bytes, without a resource's spec and status: there are only so many specs, each with a limit, and
    /// the operator itself writes statuses.
    /// </summary>
    public static int Measure<T>(T kept, ResourceType<T> type)
        where T : KubernetesObject => BytesPerCharacter * GetLength(kept, type) + (kept.Digest?.Bytes ?? 0);

    static int GetLength<T>(T kept, ResourceType<T> type)
        where T : KubernetesObject => kept is CustomObject
            ? JsonSerializer.SerializeToUtf8Bytes(kept.Metadata, KubernetesJson.Default.ObjectMeta).Length
            : JsonSerializer.SerializeToUtf8Bytes(kept, type.Json).Length;
}
