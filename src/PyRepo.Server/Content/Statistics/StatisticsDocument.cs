using System.Collections.Immutable;

namespace PyRepo.Server.Content.Statistics;

/// <summary>A file of statistics: the downloads of one day, of one replica or of several together.</summary>
/// <param name="Rows">The downloads.</param>
/// <param name="Parts">
/// The SHA-256 of each replica's file that is in the rows. A file that is still there, and is one of these, does not
/// count.
/// </param>
sealed record StatisticsDocument(IReadOnlyList<DownloadRow> Rows, ImmutableArray<string>? Parts = null);
