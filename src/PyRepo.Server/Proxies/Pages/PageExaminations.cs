using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>All that is found out about the files of one project. Most projects have none that are examined.</summary>
/// <param name="shared">The context that the projects of the upstream share.</param>
/// <param name="add">
/// Adds outcomes to the page. Returns the project with them, or null if it is no longer in memory.
/// </param>
sealed class PageExaminations(CachedProjects shared, Func<ExaminedFiles, Task<ProjectSnapshot?>> add)
{
    PageExamination<VerifiedFile>? _attestations;
    PageExamination<InspectedFile>? _archives;

    PageExamination<VerifiedFile> Attestations => LazyInitializer.EnsureInitialized(
        ref _attestations, () => new(shared, new AttestationExaminer(shared), found => add(new(found, null))));

    PageExamination<InspectedFile> Archives => LazyInitializer.EnsureInitialized(
        ref _archives, () => new(shared, new ArchiveExaminer(shared), found => add(new(null, found))));

    /// <summary>Reads metadata that a page lacks, and examines files, as far as that is quick.</summary>
    /// <param name="project">The project as the page has it.</param>
    /// <param name="waits">Whether it may wait, for a moment.</param>
    /// <returns>The outcomes that came while it waited.</returns>
    public async Task<ExaminedFiles> ExamineAsync(ProjectSnapshot project, bool waits)
    {
        var attestations = Attestations.ExamineAsync(project, waits);
        var archives = Archives.ExamineAsync(project, waits);
        if (waits)
            await shared.Missing.ReadMissingAsync(project);
        return new(await attestations, await archives);
    }
}
