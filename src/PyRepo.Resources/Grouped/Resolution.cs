namespace PyRepo.Resources.Grouped;

/// <summary>How a group answers for a project that several members know.</summary>
public enum Resolution
{
    /// <summary>The first member that knows the project answers alone.</summary>
    FirstMatch,

    /// <summary>The files of all members that know the project.</summary>
    Merge,
}
