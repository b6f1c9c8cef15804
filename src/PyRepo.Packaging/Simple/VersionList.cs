namespace PyRepo.Packaging.Simple;

/// <summary>The versions of a page that is being read.</summary>
sealed class VersionList() : BoundedList<string?>("versions", PageLimits.MaxFiles);
