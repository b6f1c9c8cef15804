namespace PyRepo.Resources.Access;

/// <summary>What a caller may do; each role includes those before it.</summary>
public enum Role
{
    Reader,
    Publisher,
    Maintainer,
}
