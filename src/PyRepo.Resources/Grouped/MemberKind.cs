namespace PyRepo.Resources.Grouped;

/// <summary>The kinds that a group may hold.</summary>
public enum MemberKind
{
    PythonRepository,
    ProxyRepository,

    /// <summary>Another group.</summary>
    RepositoryGroup,
}
