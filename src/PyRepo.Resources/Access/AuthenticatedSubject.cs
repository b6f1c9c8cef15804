using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Access;

/// <summary>Every authenticated user or ServiceAccount.</summary>
public sealed record AuthenticatedSubject
{
    public static readonly ObjectType<AuthenticatedSubject> Type = new(_ => new()) { IsMarker = true };
}
