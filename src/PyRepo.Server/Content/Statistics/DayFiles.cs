using PyRepo.Storage;

namespace PyRepo.Server.Content.Statistics;

/// <summary>The files of statistics of one day, as they were listed.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Files">The files.</param>
sealed record DayFiles(DateOnly Day, List<StoredObject> Files);
