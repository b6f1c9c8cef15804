namespace PyRepo.Resources.Access;

/// <summary>What a caller may do. Each role includes the roles before it.</summary>
public enum Role
{
    Reader,
    Publisher,
    Maintainer,
}
