namespace PyRepo.Resources.Grouped;

/// <summary>The kinds that can be members of a group.</summary>
public enum MemberKind
{
    PythonRepository,
    ProxyRepository,

    /// <summary>Another group.</summary>
    RepositoryGroup,
}
