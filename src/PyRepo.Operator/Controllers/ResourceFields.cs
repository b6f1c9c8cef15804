using System.Text.Json;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Limits;
using PyRepo.Operator.Status;

namespace PyRepo.Operator.Controllers;

/// <summary>
/// The part of a resource that is kept in memory: its spec, unless that is too long, the metadata and status that are
/// read, and nothing that others wrote beside them.
/// </summary>
static class ResourceFields
{
    /// <summary>Below this a spec is kept as it was read, which saves time.</summary>
    const int MinPackedLength = 4 << 10;

    /// <summary>All that is read.</summary>
    public static CustomObject Trim(CustomObject source, ResourceType<CustomObject> type)
    {
        var spec = source.Spec.ValueKind is JsonValueKind.Undefined ? null : CustomObject.Pack(source.Spec);
        var kept = GetMetadata(source, type) with { IsMetadataOnly = false };
        return spec?.Length switch
        {
            null => kept,
            > OperatorLimits.MaxSpecLength => kept with { LengthOfLeftOutSpec = spec.Length },
            >= MinPackedLength => kept with { PackedSpec = spec },
            _ => kept with { Spec = source.Spec },
        };
    }

    /// <summary>Without the spec.</summary>
    public static CustomObject GetMetadata(CustomObject source, ResourceType<CustomObject> type) => new()
    {
        // The items of a list have no kind.
        ApiVersion = type.ApiVersion,
        Kind = type.Kind,
        Metadata = BoundedMetadata.OfResource(source.Metadata),
        Status = GetStatus(source.Status),
        IsMetadataOnly = true,
    };

    /// <summary>Returns a kept resource without its spec.</summary>
    public static CustomObject WithoutSpec(CustomObject kept) => kept with
    {
        Spec = default,
        PackedSpec = null,
        LengthOfLeftOutSpec = null,
        IsMetadataOnly = true,
    };

    /// <summary>Nobody but the operator writes it, unless the administrator lets them.</summary>
    static JsonElement GetStatus(JsonElement status)
    {
        if (status.ValueKind is JsonValueKind.Undefined || status.GetRawText().Length > OperatorLimits.MaxStatusLength)
            return default;
        return ResourceStatus.Read(status).ToJson();
    }
}
