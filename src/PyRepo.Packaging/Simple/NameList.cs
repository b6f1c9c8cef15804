namespace PyRepo.Packaging.Simple;

/// <summary>The entries of a list of projects that is being read.</summary>
sealed class NameList() : BoundedList<ListedProject>("projects", PageLimits.MaxProjects);
