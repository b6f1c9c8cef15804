namespace PyRepo.Resources.Reports;

/// <summary>How a server's memory for what can be computed again suffices.</summary>
/// <param name="Budget">The bytes that rendered pages, histories and metadata may take: a quarter of the limit.</param>
/// <param name="FullHours">
/// The number of hours of the last 24 in which as much was evicted as there is room for: everything was computed again.
/// </param>
public sealed record MemoryReport(long Budget, long FullHours);
