namespace PyRepo.Packaging.Simple;

/// <summary>The files of a page that is being read.</summary>
sealed class FileList() : BoundedList<PageFile?>("files", PageLimits.MaxFiles);
