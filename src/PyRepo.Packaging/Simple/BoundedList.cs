using System.Collections.ObjectModel;

namespace PyRepo.Packaging.Simple;

/// <summary>A list that rejects a document with too many items while it is read.</summary>
/// <param name="items">The plural name of the items, for the message.</param>
/// <param name="maxCount">The maximum number of items.</param>
abstract class BoundedList<T>(string items, int maxCount) : Collection<T>
{
    /// <inheritdoc/>
    /// <exception cref="PageFormatException">The list is full.</exception>
    protected override void InsertItem(int index, T item)
    {
        if (Count == maxCount)
            throw new PageFormatException($"The Simple API page has more than {maxCount} {items}.");
        base.InsertItem(index, item);
    }
}

/// <summary>The files of a page that is being read.</summary>
sealed class FileList() : BoundedList<PageFile?>("files", PageLimits.MaxFiles);

/// <summary>The versions of a page that is being read.</summary>
sealed class VersionList() : BoundedList<string?>("versions", PageLimits.MaxFiles);

/// <summary>The entries of a list of projects that is being read.</summary>
sealed class ListedProjects() : BoundedList<ListedProject>("projects", PageLimits.MaxProjects);
