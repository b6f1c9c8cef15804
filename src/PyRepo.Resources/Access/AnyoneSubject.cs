using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Access;

/// <summary>Every caller.</summary>
public sealed record AnyoneSubject
{
    public static readonly ObjectType<AnyoneSubject> Type = new(_ => new()) { IsMarker = true };
}
