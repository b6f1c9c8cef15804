using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Storage;

/// <summary>A folder that exists as long as its pod.</summary>
public sealed record EphemeralSpec
{
    public static readonly ObjectType<EphemeralSpec> Type = new(_ => new()) { IsMarker = true };
}
