using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Access;

/// <summary>Every caller who proved a name.</summary>
public sealed record AuthenticatedSubject
{
    public static readonly ObjectType<AuthenticatedSubject> Type = new(_ => new()) { IsMarker = true };
}
