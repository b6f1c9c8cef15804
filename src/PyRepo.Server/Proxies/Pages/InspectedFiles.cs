using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// The bound of what a page remembers about its archives, whatever they hold. All functions are pure.
/// </summary>
static class InspectedFiles
{
    /// <summary>No file takes more: a page this near to its limit is full.</summary>
    const long MaxFileWeight = 96 << 10;

    /// <summary>Forgets the oldest files, those first in which no rule might find anything.</summary>
    /// <param name="inspected">The inspected files, by name.</param>
    /// <param name="files">The files of the page.</param>
    /// <param name="dates">When they became available.</param>
    /// <param name="kept">Those that are not forgotten now.</param>
    public static void Limit(
        Dictionary<string, InspectedFile> inspected, IReadOnlyList<PageFile> files, FileDates dates,
        IReadOnlySet<string> kept)
    {
        var (count, weight) = (inspected.Count, inspected.Values.Sum(file => file.Weight));
        if (count <= ServerLimits.MaxInspectedFiles && weight <= ServerLimits.MaxInspectedWeight)
            return;
        var ages = files.DistinctBy(file => file.FileName).ToDictionary(
            file => file.FileName, file => dates.AvailableSince(file) ?? DateTimeOffset.MaxValue,
            StringComparer.Ordinal);
        var expendable = inspected.Where(each => !kept.Contains(each.Key)).OrderBy(each => each.Value.IsNotable)
            .ThenBy(each => ages.GetValueOrDefault(each.Key)).ToList();
        foreach (var (name, file) in expendable)
        {
            if (count <= ServerLimits.MaxInspectedFiles && weight <= ServerLimits.MaxInspectedWeight)
                return;
            inspected.Remove(name);
            (count, weight) = (count - 1, weight - file.Weight);
        }
    }

    /// <summary>
    /// Returns the files that it makes sense to inspect: if the page is full, those that would not be the next ones to be
    /// forgotten.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="due">The files that are not inspected.</param>
    public static IEnumerable<Distribution> FindWorthwhile(ProjectSnapshot project, IEnumerable<Distribution> due)
    {
        var known = project.Files.Select(file => file.Distribution).Where(file => file.Guard is { IsInspected: true })
            .ToList();
        if (known.Count < ServerLimits.MaxInspectedFiles
            && known.Sum(file => file.Guard!.Weight) < ServerLimits.MaxInspectedWeight - MaxFileWeight)
        {
            return due;
        }
        var oldest = known.Where(file => file.Guard!.Findings.IsEmpty).Min(file => file.AvailableSince);
        return due.Where(file => file.AvailableSince > oldest);
    }
}
