namespace PyRepo.Server.Content.Statistics;

/// <summary>What downloads may be summed by.</summary>
enum StatisticsField
{
    Project,
    Version,
    Day,
    Installer,
    Python,
}
