namespace PyRepo.Resources.Grouped;

/// <summary>How a group serves a project that several members have.</summary>
public enum Resolution
{
    /// <summary>Only the first member that has the project is used.</summary>
    FirstMatch,

    /// <summary>The files of all members that have the project are listed.</summary>
    Merge,
}
