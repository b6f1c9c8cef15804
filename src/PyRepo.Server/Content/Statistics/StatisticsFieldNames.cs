namespace PyRepo.Server.Content.Statistics;

/// <summary>The names of fields in requests, and of their columns.</summary>
static class StatisticsFieldNames
{
    /// <summary>All names, in a sentence.</summary>
    public const string All = "project, version, day, installer or python";

    /// <summary>Returns the name of a field.</summary>
    public static string GetName(StatisticsField field) => field switch
    {
        StatisticsField.Project => "project",
        StatisticsField.Version => "version",
        StatisticsField.Day => "day",
        StatisticsField.Installer => "installer",
        _ => "python",
    };

    /// <summary>Gets the field of a name. Returns false for any other text.</summary>
    public static bool TryParse(string text, out StatisticsField field)
    {
        foreach (var each in Enum.GetValues<StatisticsField>())
        {
            field = each;
            if (GetName(each) == text)
                return true;
        }
        field = default;
        return false;
    }
}
