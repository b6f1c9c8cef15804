namespace PyRepo.Server.Tests.Hostile;

/// <summary>All readers and renderers of what a stranger supplies. A new one is a new row.</summary>
static class HostileReaders
{
    public static IReadOnlyList<HostileReader> All { get; } =
    [
        .. DescriptionReaders.All, .. PageReaders.All, .. RequirementReaders.All, .. ArchiveReaders.All,
        .. DocumentReaders.All, .. RequestReaders.All,
    ];
}
