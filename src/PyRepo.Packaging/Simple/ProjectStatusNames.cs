namespace PyRepo.Packaging.Simple;

/// <summary>The words of PEP 792 for a <see cref="ProjectStatus"/>.</summary>
public static class ProjectStatusNames
{
    /// <summary>The word: <c>active</c>, <c>archived</c>, <c>quarantined</c>, <c>deprecated</c>.</summary>
    public static string ToName(this ProjectStatus status) => status switch
    {
        ProjectStatus.Archived => "archived",
        ProjectStatus.Quarantined => "quarantined",
        ProjectStatus.Deprecated => "deprecated",
        _ => "active",
    };

    /// <summary>Reads such a word; false where it is none.</summary>
    public static bool TryParse(string? name, out ProjectStatus status)
    {
        foreach (var candidate in Enum.GetValues<ProjectStatus>())
        {
            status = candidate;
            if (candidate.ToName() == name)
                return true;
        }
        status = ProjectStatus.Active;
        return false;
    }
}
